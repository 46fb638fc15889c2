#pragma once

#include <stdexcept>
#include <string>

namespace pbt {

/// The family of our own failures. What a trainer does wrong is a value (TrainerFailure), and a lost lease is an
/// outcome (CommitResult); neither is ever thrown. what() says what happened, to what, what was expected and what to
/// do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Wrong configuration or usage: exit status 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The record cannot be read or written.
class StoreError : public Error {
 public:
  using Error::Error;
};

/// Checkpoint bytes cannot be read or written.
class StorageError : public Error {
 public:
  using Error::Error;
};

/// A checkpoint that the record names is absent, or its bytes are not those that were recorded.
class CheckpointLost : public StorageError {
 public:
  using StorageError::StorageError;
};

}  // namespace pbt
