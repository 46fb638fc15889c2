#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "pbt/checkpoint.h"
#include "pbt/error.h"

namespace pbt::contract {

/// What every CheckpointStorage promises. Instantiate with a type that has `CheckpointStorage& storage()`, fresh for
/// each test:
///   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, StorageContract, MyFixture);
template <typename Fixture>
class StorageContract : public testing::Test {
 protected:
  CheckpointStorage& storage() { return fixture_.storage(); }

  Checkpoint publish(const std::string& name, const std::string& bytes) {
    storage().stage(name).write("weights", bytes);
    return storage().publish(name);
  }

 private:
  Fixture fixture_;
};
TYPED_TEST_SUITE_P(StorageContract);

TYPED_TEST_P(StorageContract, OpensWhatWasPublished) {
  const Folder staged = this->storage().stage("m0.t1.f1");
  staged.write("weights", "abc");
  staged.write("optimizer", "de");
  const Checkpoint checkpoint = this->storage().publish("m0.t1.f1");
  EXPECT_EQ(checkpoint.name, "m0.t1.f1");
  EXPECT_EQ(checkpoint.bytes, 5U);
  EXPECT_EQ(checkpoint.files, 2);
  EXPECT_EQ(checkpoint.checksum.size(), 32U);
  const Folder opened = this->storage().open(checkpoint);
  EXPECT_EQ(opened.read("weights"), "abc");
  EXPECT_EQ(opened.read("optimizer"), "de");
}

TYPED_TEST_P(StorageContract, StagesAnEmptyFolderWhateverWasLeftThere) {
  this->storage().stage("m0.t1.f1").write("half", "x");
  EXPECT_FALSE(this->storage().stage("m0.t1.f1").contains("half"));
}

TYPED_TEST_P(StorageContract, ReplacesWhatWasPublishedButNeverRecorded) {
  const Checkpoint before = this->publish("m0.t1.f1", "a power cut gave the fence out twice");
  const Checkpoint after = this->publish("m0.t1.f1", "the second attempt");
  EXPECT_EQ(this->storage().open(after).read("weights"), "the second attempt");
  EXPECT_THROW((void)this->storage().open(before), CheckpointLost);
}

TYPED_TEST_P(StorageContract, GivesEqualBytesEqualChecksumsAndOtherBytesOthers) {
  EXPECT_EQ(this->publish("m0.t1.f1", "same").checksum, this->publish("m1.t1.f1", "same").checksum);
  EXPECT_NE(this->publish("m2.t1.f1", "same").checksum, this->publish("m3.t1.f1", "other").checksum);
}

TYPED_TEST_P(StorageContract, ReturnsTheSameReferenceWhenPublishingIsRepeated) {
  const Checkpoint once = this->publish("m0.t1.f1", "abc");
  EXPECT_EQ(this->storage().publish("m0.t1.f1"), once);
}

TYPED_TEST_P(StorageContract, RefusesAnEmptyCheckpoint) {
  (void)this->storage().stage("m0.t1.f1");
  EXPECT_THROW((void)this->storage().publish("m0.t1.f1"), StorageError);
}

TYPED_TEST_P(StorageContract, DoesNotOpenWhatIsOnlyStaged) {
  this->storage().stage("m0.t1.f1").write("weights", "abc");
  EXPECT_THROW((void)this->storage().open({"m0.t1.f1", 3, std::string(32, '0')}), CheckpointLost);
}

TYPED_TEST_P(StorageContract, SaysThatACheckpointIsLostWhenItWasRemoved) {
  const Checkpoint checkpoint = this->publish("m0.t1.f1", "abc");
  this->storage().remove("m0.t1.f1");
  EXPECT_THROW((void)this->storage().open(checkpoint), CheckpointLost);
  EXPECT_NO_THROW(this->storage().remove("m0.t1.f1"));
}

TYPED_TEST_P(StorageContract, ListsStagedAndPublishedNames) {
  this->publish("m1.t1.f1", "abc");
  this->storage().stage("m0.t1.f1").write("weights", "abc");
  EXPECT_EQ(this->storage().list(), (std::vector<std::string>{"m0.t1.f1", "m1.t1.f1"}));
  this->storage().remove("m0.t1.f1");
  this->storage().remove("m1.t1.f1");
  EXPECT_TRUE(this->storage().list().empty());
}

REGISTER_TYPED_TEST_SUITE_P(StorageContract, OpensWhatWasPublished, StagesAnEmptyFolderWhateverWasLeftThere,
                            ReplacesWhatWasPublishedButNeverRecorded, GivesEqualBytesEqualChecksumsAndOtherBytesOthers,
                            ReturnsTheSameReferenceWhenPublishingIsRepeated, RefusesAnEmptyCheckpoint,
                            DoesNotOpenWhatIsOnlyStaged, SaysThatACheckpointIsLostWhenItWasRemoved,
                            ListsStagedAndPublishedNames);

}  // namespace pbt::contract
