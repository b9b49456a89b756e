#include "sim/programs/port_names.hpp"

#include <array>
#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {

struct PortName {
    std::uint16_t port;
    const char* name;
};
constexpr std::array<PortName, 30> names{{{7, "echo"},        {9, "discard"},     {13, "daytime"},  {20, "ftp-data"},
                                          {21, "ftp"},        {22, "ssh"},        {23, "telnet"},   {25, "smtp"},
                                          {37, "time"},       {53, "domain"},     {67, "bootps"},   {68, "bootpc"},
                                          {69, "tftp"},       {70, "gopher"},     {79, "finger"},   {80, "http"},
                                          {88, "kerberos"},   {110, "pop3"},      {119, "nntp"},    {123, "ntp"},
                                          {143, "imap2"},     {161, "snmp"},      {179, "bgp"},     {220, "imap3"},
                                          {389, "ldap"},      {443, "https"},     {993, "imaps"},   {995, "pop3s"},
                                          {3306, "mysql"},    {8080, "http-alt"}}};

}  // namespace

std::string port_text(std::uint16_t port, bool numeric) {
    if (!numeric)
        for (const PortName& name : names)
            if (name.port == port) return name.name;
    return fmt::to_string(port);
}

}  // namespace layerlab::sim::programs
