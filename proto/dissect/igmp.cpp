// IGMP.
#include "proto/wire/igmp.hpp"

#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/cursor.hpp"
#include "proto/dissect/expert.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Igmp;

constexpr Field<void> bad_checksum{"igmp.bad_checksum", "Bad checksum"};
constexpr auto igmp_fields =
    join(Igmp::table, Igmp::query_table, Igmp::rest, table_of(ChecksumFields::igmp, bad_checksum));

ChecksumStatus status_of(const Context& c, Bytes message) {
    if (c.missing() > 0 || c.info.is_fragment || c.info.is_quoted || !c.options().verify_checksums)
        return ChecksumStatus::unverified;
    return checked(ChecksumSum{}.add(message).is_valid());
}

// 0 where there is nothing to tell it by.
std::uint64_t version_of(Bytes message) {
    switch (message[0]) {
        case Igmp::query: return message.size() >= Igmp::query_v3_size ? 3 : message[1] == 0 ? 1 : 2;
        case Igmp::report_v1: return 1;
        case Igmp::report_v2:
        case Igmp::leave: return 2;
        case Igmp::report_v3: return 3;
        default: return 0;
    }
}

// RFC 3376 section 4.2: records of type, auxiliary words, number of sources, group, sources, auxiliary data.
void add_records(Context& c, Bytes message) {
    c.add_fields(message, table_of(Igmp::records));
    Cursor in(c, message);
    in.skip(Igmp::min_size);
    for (unsigned left = load_be16(message.data() + 6); left > 0 && in.ok(); --left) {
        const auto deeper = c.indent();
        in.add(Igmp::record_type, 1);
        const std::size_t auxiliary = in.add(Igmp::auxiliary_length, 1) * 4;
        auto sources = in.add(Igmp::sources, 2);
        in.add(Igmp::group, 4);
        for (; sources > 0 && in.ok(); --sources) in.add(Igmp::source, 4);
        if (auxiliary > 0) in.add(Igmp::auxiliary, auxiliary);
    }
    if (in.left() > 0) c.data(in.rest());
}

void dissect_igmp(Context& c, Bytes message) {
    c.begin(igmp, message);
    if (message.size() < Igmp::min_size) {
        c.add_fields(message, Igmp::table);
        return c.too_short(message, Igmp::min_size);
    }
    const auto version = version_of(message);
    if (version != 0) c.generate(Igmp::version, version);
    const bool is_report_v3 = message[0] == Igmp::report_v3;
    c.add_fields(message, table_of(Igmp::type));
    if (is_report_v3 || version == 1)
        c.add(Igmp::reserved, message.subspan(1, 1));
    else
        c.add_fields(message, table_of(Igmp::max_response_time));
    c.add_fields(message, table_of(Igmp::checksum));
    const ChecksumStatus status = status_of(c, message);
    c.generate(ChecksumFields::igmp, static_cast<unsigned>(status));
    if (status == ChecksumStatus::bad)
        add_bad_checksum(c, {bad_checksum.info, Severity::error, RemarkGroup::checksum}, ChecksumSum{}.add(message),
                         load_be16(message.data() + 2));
    if (is_report_v3) {
        c.add(Igmp::reserved, message.subspan(4, 2));
        return add_records(c, message);
    }
    c.add_fields(message, table_of(Igmp::group));
    if (version != 3) return;
    c.add_fields(message, Igmp::query_table);
    Cursor in(c, message);
    in.skip(Igmp::query_v3_size);
    for (unsigned sources = load_be16(message.data() + 10); sources > 0 && in.ok(); --sources) in.add(Igmp::source, 4);
}

void summarize_igmp(const LayerView& view, std::string& info) {
    const char* name = Igmp::type.info.names.find(view.number(Igmp::type));
    info = name ? name : "Unknown type";
    if (const Item* group = view.find(Igmp::group))
        info += " group " + Ipv4Address{static_cast<std::uint32_t>(group->number)}.to_string();
}

}  // namespace

constinit const Protocol igmp{.heading = {"igmp", "Internet Group Management Protocol"},
                              .column = "IGMP",
                              .fields = igmp_fields,
                              .dissect = dissect_igmp,
                              .summarize = summarize_igmp,
                              .source = "RFC 3376"};

}  // namespace layerlab::proto::dissect
