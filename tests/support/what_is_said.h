#pragma once

#include <string>

namespace pbt {

/// The message of the Error that `fails` throws; "nothing" when it throws none.
template <class Error, class Fails>
std::string what_is_said(Fails fails) {
  try {
    fails();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace pbt
