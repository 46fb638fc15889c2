#pragma once

#include <functional>
#include <string>

#include "gan/classifier.h"
#include "gan/gan_trainer.h"
#include "gan/model.h"

namespace pbt::gan {

/// Generates `samples` images (at least score_splits) with the running statistics of batch normalisation, and asks the
/// classifier. NaN where a weight of either network is no number: a member whose discriminator is gone learns no more,
/// however good its last images are. Calls `pause` several times a second, which may throw.
[[nodiscard]] Quality judge(Model& model, const Classifier& classifier, std::int64_t samples, Random random,
                            const std::function<void()>& pause);

/// The PNG file of 64 generated images, eight in a row.
[[nodiscard]] std::string samples_png(Model& model, Random random);

}  // namespace pbt::gan
