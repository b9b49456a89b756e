// What curl prints about a transfer: its progress meter and the text of -w.
#pragma once

#include <string>

#include "proto/base/time.hpp"
#include "proto/wire/http.hpp"

namespace layerlab::sim::programs {

// What is known when one URL is done, redirects included.
struct CurlResult {
    int status = 0;         // exit status
    std::string message;    // "Could not resolve host: x"; empty when all went well
    unsigned response = 0;  // HTTP status
    std::string http_version;
    std::string method, scheme, url, redirect_url, file;
    std::string remote_address, local_address;
    std::uint16_t remote_port = 0, local_port = 0;
    std::vector<proto::wire::HttpHeader> headers;  // of the last response
    std::uint64_t header_bytes = 0, request_bytes = 0, uploaded = 0, downloaded = 0;
    std::uint64_t expected = 0;  // Content-Length; 0 if not known
    unsigned connects = 0, redirects = 0;
    std::size_t number = 0;  // of the URL on the command line, from 0
    // Since the transfer began.
    proto::Duration name_resolved{}, connected{}, request_ready{}, first_byte{}, redirected{}, total{};
};

// The two lines above the meter.
const char* curl_meter_heading();
// "100     5  100     5    0     0    288      0 --:--:-- --:--:-- --:--:--   294"
std::string curl_meter(const CurlResult& result);
// The format of -w with its %{variables}, %%, \n, \r, \t.
std::string curl_write_out(const std::string& format, const CurlResult& result);

}  // namespace layerlab::sim::programs
