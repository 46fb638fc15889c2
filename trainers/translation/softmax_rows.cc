#include "translation/softmax_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

// The loops below vectorise; the widest registers that the machine has are chosen when the program starts.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define PBT_WIDEST __attribute__((target_clones("default", "arch=haswell", "arch=skylake-avx512")))
#else
#define PBT_WIDEST
#endif

namespace pbt::translation {
namespace {

constexpr std::int64_t lanes = 16;  // independent sums, as a vector register holds them

/// e^x for x <= 0: 2^n times a polynomial in the rest, |rest| <= 1/2 (Moshier's, of Cephes).
inline float exponential(float x) {
  constexpr float to_binary = 1.44269504088896341F;
  constexpr float shift = 12'582'912.0F;  // 1.5 * 2^23: adding it rounds to a whole number
  const float t = std::max(x, -87.0F) * to_binary;
  const float shifted = t + shift;
  const float f = t - (shifted - shift);
  float p = 1.535336188319500e-4F;
  p = p * f + 1.339887440266574e-3F;
  p = p * f + 9.618437357674640e-3F;
  p = p * f + 5.550332471162809e-2F;
  p = p * f + 2.402264791363012e-1F;
  p = p * f + 6.931472028550421e-1F;
  p = p * f + 1.0F;
  std::uint32_t exponent;
  std::memcpy(&exponent, &shifted, sizeof exponent);
  std::uint32_t bits;
  std::memcpy(&bits, &p, sizeof bits);
  bits += exponent << 23;  // the low bits of `shifted` are the whole number
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return power;
}

PBT_WIDEST void sum_and_highest(const float* row, std::int64_t columns, float& sum, float& highest) {
  float sums[lanes] = {};
  float most[lanes];
  std::fill(most, most + lanes, row[0]);
  const std::int64_t whole = columns - columns % lanes;
  for (std::int64_t c = 0; c < whole; c += lanes)
    for (std::int64_t k = 0; k < lanes; ++k) {
      sums[k] += row[c + k];
      most[k] = row[c + k] > most[k] ? row[c + k] : most[k];
    }
  for (std::int64_t c = whole; c < columns; ++c) {
    sums[c - whole] += row[c];
    most[c - whole] = std::max(most[c - whole], row[c]);
  }
  sum = 0;
  for (const float part : sums) sum += part;
  highest = *std::max_element(most, most + lanes);
}

/// Puts e^(z - highest) in the place of z; returns the sum.
PBT_WIDEST float exponentiate(float* row, std::int64_t columns, float highest) {
  float sums[lanes] = {};
  const std::int64_t whole = columns - columns % lanes;
  for (std::int64_t c = 0; c < whole; c += lanes)
    for (std::int64_t k = 0; k < lanes; ++k) {
      row[c + k] = exponential(row[c + k] - highest);
      sums[k] += row[c + k];
    }
  for (std::int64_t c = whole; c < columns; ++c) sums[c - whole] += row[c] = exponential(row[c] - highest);
  float sum = 0;
  for (const float part : sums) sum += part;
  return sum;
}

PBT_WIDEST void scale_and_shift(float* row, std::int64_t columns, float factor, float offset) {
  for (std::int64_t c = 0; c < columns; ++c) row[c] = row[c] * factor - offset;
}

}  // namespace

RowLosses losses_to_gradients(float* logits, std::int64_t rows, std::int64_t columns, const std::int64_t* expected,
                              double smoothing, double scale) {
  RowLosses losses;
  const double evenly = smoothing / static_cast<double>(columns);
  for (std::int64_t r = 0; r < rows; ++r) {
    float* const row = logits + r * columns;
    float sum = 0;
    float highest = 0;
    sum_and_highest(row, columns, sum, highest);
    const double own = row[expected[r]];
    const float mass = exponentiate(row, columns, highest);
    const double normaliser = static_cast<double>(highest) + std::log(static_cast<double>(mass));
    losses.likelihood += normaliser - own;
    losses.smoothed += normaliser - (1 - smoothing) * own - evenly * static_cast<double>(sum);
    scale_and_shift(row, columns, static_cast<float>(scale / static_cast<double>(mass)),
                    static_cast<float>(scale * evenly));
    row[expected[r]] -= static_cast<float>(scale * (1 - smoothing));
  }
  return losses;
}

}  // namespace pbt::translation
