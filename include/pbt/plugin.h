#pragma once

#include "pbt/algorithm.h"

/// A plug-in: a shared library with strategies of your own, given to pbt by --plugin LIBRARY. It defines one function,
/// whose name holds the version of this interface; build it with the compiler and the pbt headers that pbt was built
/// with.
///
///   PBT_PLUGIN(strategies) {
///     strategies.exploits["mine"] = [](const pbt::Experiment&, const pbt::Settings&) {
///       return std::make_unique<Mine>();
///     };
///   }
#define PBT_PLUGIN_FUNCTION pbt_plugin_1
#define PBT_PLUGIN(strategies) extern "C" void PBT_PLUGIN_FUNCTION(pbt::Strategies& strategies)

extern "C" {
/// Adds the library's strategies. Called once, before any experiment is read; may throw pbt::Error. Not to replace a
/// name that is there.
void PBT_PLUGIN_FUNCTION(pbt::Strategies& strategies);
}
