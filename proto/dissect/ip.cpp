#include "proto/dissect/ip.hpp"

#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

void dissect_fragment(Context& c, const Fragment& fragment, const Protocol* above, Bytes payload, std::size_t missing,
                      bool may_reassemble) {
    const bool reassemble =
        may_reassemble && c.state() && c.options().reassemble_ip && missing == 0 && !c.info.is_quoted;
    c.info.ip_protocol = fragment.key.protocol;
    if (!reassemble) {
        c.info.is_fragment = true;
        return fragment.offset == 0 ? c.next(above, payload, missing) : c.data(payload);
    }
    auto whole = c.state()->lane(c.info).fragments.add(fragment.key, fragment.offset, fragment.more_follow, payload);
    if (!whole) return c.data(payload);
    c.generate(fragment.count, whole->fragments);
    c.generate(fragment.length, whole->octets.size());
    c.next_reassembled(above, std::move(whole->octets));
}

}  // namespace layerlab::proto::dissect
