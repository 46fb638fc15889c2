#include "trainer/guard.h"

// The guard alone, for tests of what starts trainers: PBT_PROGRAM names it.
int main(int count, char** arguments) { return pbt::guard_main(count - 1, arguments + 1); }
