// The client's header is for trainers, which may be C++17: this file is compiled as such.
#include "pbt/client.h"

static_assert(__cplusplus == 201703L);
