#pragma once

#include <functional>
#include <string>

#include "serve/access.h"
#include "serve/site.h"

namespace pbt::serve {

struct ServerOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 0;  ///< 0: any that is free
  Access access;
};

/// Answers over HTTP/1.1, on this thread, until SIGINT or SIGTERM. `listening`: called once with the port, when
/// connections are taken. Throws Error when the address cannot be had.
void serve(const ServerOptions& options, Site& site, const std::function<void(unsigned short port)>& listening);

}  // namespace pbt::serve
