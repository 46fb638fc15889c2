#include <array>
#include <bit>

#include "view/tensorboard.h"

namespace pbt {
namespace {

// Field numbers of tensorflow/core/util/event.proto, framework/summary.proto and the hparams plugin's
// plugin_data.proto and api.proto.
enum class Wire : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

std::string varint(std::uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7U) text += static_cast<char>(value | 0x80U);
  return text + static_cast<char>(value);
}

std::string key(unsigned field, Wire wire) { return varint(field << 3U | static_cast<unsigned>(wire)); }

template <typename Number>
std::string little_endian(Number value) {
  std::string text;
  for (std::size_t i = 0; i < sizeof(value); ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

std::string field(unsigned number, std::string_view bytes) {
  return key(number, Wire::bytes) + varint(bytes.size()) + std::string(bytes);
}
std::string field(unsigned number, double value) {
  return key(number, Wire::fixed64) + little_endian(std::bit_cast<std::uint64_t>(value));
}
std::string field(unsigned number, float value) {
  return key(number, Wire::fixed32) + little_endian(std::bit_cast<std::uint32_t>(value));
}
std::string field(unsigned number, std::uint64_t value) { return key(number, Wire::varint) + varint(value); }

std::string event(double wall_time_s, std::int64_t step, const std::string& what) {
  return event_record(field(1, wall_time_s) + field(2, static_cast<std::uint64_t>(step)) + what);
}

/// google.protobuf.Value
std::string value_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return field(4, std::uint64_t{*flag});
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return field(2, static_cast<double>(*integer));
  if (const auto* real = std::get_if<double>(&value)) return field(2, *real);
  return field(3, std::string_view(std::get<std::string>(value)));
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      std::uint32_t sum = i;
      for (int bit = 0; bit < 8; ++bit) sum = (sum & 1U) != 0 ? sum >> 1U ^ 0x82F63B78U : sum >> 1U;
      entries[i] = sum;
    }
    return entries;
  }();
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char byte : bytes) sum = sum >> 8U ^ table[(sum ^ static_cast<unsigned char>(byte)) & 0xFFU];
  return ~sum;
}

std::string event_record(std::string_view data) {
  const auto masked = [](std::string_view bytes) {
    const std::uint32_t sum = crc32c(bytes);
    return little_endian((sum >> 15U | sum << 17U) + 0xA282EAD8U);
  };
  const std::string length = little_endian(std::uint64_t{data.size()});
  return length + masked(length) + std::string(data) + masked(data);
}

std::string file_version_event(double wall_time_s) {
  return event(wall_time_s, 0, field(3, std::string_view("brain.Event:2")));
}

std::string restart_event(double wall_time_s) {
  return event(wall_time_s, 0, field(7, field(1, std::uint64_t{1})));  // SessionLog.status = START
}

std::string scalars_event(double wall_time_s, std::int64_t step, const std::map<std::string, double>& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars)
    summary += field(1, field(1, std::string_view(tag)) + field(2, static_cast<float>(value)));
  return event(wall_time_s, step, field(5, std::string_view(summary)));
}

std::string hparams_event(double wall_time_s, const std::string& group, const Hyperparameters& values) {
  std::string session;
  for (const auto& [name, value] : values)
    session += field(1, field(1, std::string_view(name)) + field(2, value_of(value)));
  session += field(4, std::string_view(group)) + field(5, wall_time_s);
  const std::string plugin = field(1, std::string_view("hparams")) + field(2, std::string_view(field(3, session)));
  const std::string metadata = field(1, std::string_view(plugin));
  const std::string summary = field(1, field(1, std::string_view("_hparams_/session_start_info")) + field(9, metadata));
  return event(wall_time_s, 0, field(5, std::string_view(summary)));
}

}  // namespace pbt
