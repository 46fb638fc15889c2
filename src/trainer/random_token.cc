#include "trainer/random_token.h"

#include <sys/random.h>

#include "core/hexadecimal.h"
#include "pbt/error.h"

namespace pbt {

std::string random_token(std::size_t bytes) {
  std::string random(bytes, '\0');
  if (::getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes))
    throw Error("the system gave no random bytes");
  return hexadecimal(random);
}

}  // namespace pbt
