// What an address becomes when a frame is rewritten. Two equal addresses must become equal.
#pragma once

#include "proto/base/address.hpp"

namespace layerlab::proto::rewrite {

class AddressMapper {
  public:
    virtual ~AddressMapper() = default;
    virtual Ipv4Address of(Ipv4Address address) = 0;
    virtual Ipv6Address of(const Ipv6Address& address) = 0;
    virtual std::uint64_t of_mac(std::uint64_t number) = 0;  // 48 bits, as MacAddress::number()
};

}  // namespace layerlab::proto::rewrite
