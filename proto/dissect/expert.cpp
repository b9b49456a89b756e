#include "proto/dissect/expert.hpp"

#include <algorithm>

namespace layerlab::proto::dissect {

bool wants_remark(const Context& c, const Remark& remark) {
    const auto wants = [&](const FieldInfo* field) { return c.wants(*field); };
    return wants(&remark.field) || std::any_of(ExpertFields::table.begin(), ExpertFields::table.end(), wants);
}

void add_remark(Context& c, const Remark& remark, std::string_view message) {
    using F = ExpertFields;
    if (!wants_remark(c, remark)) return;
    const auto severity = static_cast<std::uint32_t>(remark.severity), group = static_cast<std::uint32_t>(remark.group);
    std::optional<Context::Indent> at_level;
    if (remark.field.level > 0) at_level.emplace(c);
    if (c.wants(F::expert.info)) {
        const char *severity_name = F::severity.info.names.find(severity),
                   *group_name = F::group.info.names.find(group);
        c.generate(F::expert, 0u, c.keep(fmt::format("({}/{}): {}", severity_name, group_name, message)));
    }
    std::optional<Context::Indent> deeper;
    if (!at_level) deeper.emplace(c);
    c.generate(remark.field);
    if (at_level) deeper.emplace(c);
    c.generate(F::message, message);
    c.generate(F::severity, severity);
    c.generate(F::group, group);
}

void add_bad_checksum(Context& c, const Remark& remark, const ChecksumSum& sum, std::uint16_t found) {
    // What the sum is without the checksum: RFC 1624 equation 3 with 0 in its place.
    add_remark_text(c, remark, "Bad checksum [should be 0x{:04x}]", updated_checksum(sum.checksum(), found, 0));
}

}  // namespace layerlab::proto::dissect
