// The command line of curl 7.88 as far as the simulated one knows it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proto/base/time.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {

struct CurlResolve {  // --resolve host:port:address
    std::string host;
    std::uint16_t port = 0;
    std::string address;
};

struct CurlOptions {
    struct Output {
        std::string file;
        bool is_remote_name = false;  // -O
    };
    std::vector<std::string> urls;
    std::vector<Output> outputs;  // one for each URL, as far as given
    bool silent = false, show_error = false, verbose = false, include = false, head = false, location = false;
    bool fail = false, get = false, http_1_0 = false;
    std::string method;  // -X
    std::vector<std::string> headers;
    std::optional<std::string> data;
    std::string user_agent = "curl/7.88.1";
    std::string referer, cookie, user, range;
    std::string write_out;
    proto::Duration max_time{}, connect_timeout{};  // 0: none
    std::int64_t max_redirects = 50;
    std::vector<CurlResolve> resolves;
    Family family = Family::any;  // -4, -6

    std::string message;  // what is printed instead of a transfer: an error, the version or the help
    int status = 0;       // and the exit status with it
};

// `files` holds the contents that -d @name reads, by their paths.
CurlOptions parse_curl_options(std::span<const std::string> arguments, const std::map<std::string, std::string>& files);

}  // namespace layerlab::sim::programs
