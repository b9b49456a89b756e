#include "sim/programs/curl_text.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

TEST(CurlText, ShowsTheMeterOfCurl) {  // lines that curl 7.88.1 printed
    EXPECT_EQ(curl_meter({}), "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0");
    CurlResult r;
    r.downloaded = r.expected = 10'000'000;
    r.total = 2s;
    EXPECT_EQ(curl_meter(r), "100 9765k  100 9765k    0     0  4882k      0  0:00:02  0:00:02 --:--:-- 4882k");
    r.downloaded = r.expected = 357;
    r.uploaded = 3;
    r.total = 3858us;
    EXPECT_EQ(curl_meter(r), "100   360  100   357  100     3  92534    777 --:--:-- --:--:-- --:--:-- 92534");
}

TEST(CurlText, FillsInVariables) {
    CurlResult r;
    r.response = 302;
    r.http_version = "HTTP/1.1";
    r.method = "GET";
    r.headers.push_back({"Content-Type", "text/plain"});
    r.total = 2860us;
    EXPECT_EQ(curl_write_out("%{http_code} %{content_type} %{http_version} %{time_total} 100%%\\n", r),
              "302 text/plain 1.1 0.002860 100%\n");
    EXPECT_EQ(curl_write_out("%header{content-type} %{scheme} %{method}", r), "text/plain HTTP GET");
    EXPECT_EQ(curl_write_out("%{bogus}|%{", r), "curl: unknown --write-out variable: 'bogus'\n|%{");
}

}  // namespace
}  // namespace layerlab::sim::programs
