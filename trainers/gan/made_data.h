#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pbt::gan {

// Data sets that tests make: small, in the published formats, and learnable. An image's class is told by its
// brightness and by how broad its stripes are.

/// An idx file of bytes: a header of these sizes, then the bytes.
void write_idx(const std::filesystem::path& file, const std::vector<std::uint32_t>& sizes, const std::string& bytes);

/// Fashion-MNIST's four files with `count` images in each part.
void make_fashion_mnist(const std::filesystem::path& folder, int count);

/// `count` records of CIFAR-10's binary version, classes in turn from `first` on.
[[nodiscard]] std::string cifar_records(int count, int first = 0);

/// Trains a classifier of almost no width on the data of make_fashion_mnist in `folder`, and saves it there.
void make_classifier(const std::filesystem::path& folder);

void write_file(const std::filesystem::path& file, const std::string& bytes);
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

}  // namespace pbt::gan
