#pragma once

#include "tests/power_loss/shadow.h"

namespace pbt::power_loss {

/// Where the recorded calls are noted; null: nowhere.
extern Shadow* recording;

}  // namespace pbt::power_loss
