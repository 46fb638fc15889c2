#include "checkpoint/s3/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "pbt/error.h"

namespace pbt::s3 {
namespace {

constexpr std::size_t digest_bytes = 32;

EVP_MD_CTX* context(const std::shared_ptr<void>& state) { return static_cast<EVP_MD_CTX*>(state.get()); }

/// OpenSSL fails here only where memory is out, or where a policy of the machine forbids SHA-256.
void expect(bool done) {
  if (!done)
    throw StorageError("OpenSSL refuses to compute SHA-256, which S3 needs; look at the machine's openssl.cnf");
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Sha256::Sha256() : state_(EVP_MD_CTX_new(), [](void* state) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state)); }) {
  expect(state_ != nullptr && EVP_DigestInit_ex(context(state_), EVP_sha256(), nullptr) == 1);
}

void Sha256::add(std::string_view bytes) { expect(EVP_DigestUpdate(context(state_), bytes.data(), bytes.size()) == 1); }

std::string Sha256::finish() {
  std::string digest(digest_bytes, '\0');
  expect(EVP_DigestFinal_ex(context(state_), reinterpret_cast<unsigned char*>(digest.data()), nullptr) == 1);
  return digest;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string digest(digest_bytes, '\0');
  expect(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
              reinterpret_cast<unsigned char*>(digest.data()), nullptr) != nullptr);
  return digest;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace pbt::s3
