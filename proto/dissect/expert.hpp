// Remarks on a frame as Wireshark's expert system makes them: each has a filter name of its own, a severity, a group
// and a sentence. Numbers of severities and groups are Wireshark's, so that "_ws.expert.severity >= 0x600000" means
// the same. A remark that nobody wants to see costs a look into a table.
#pragma once

#include <fmt/format.h>
#include <optional>
#include <string>

#include "proto/base/checksum.hpp"
#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

enum class Severity : std::uint32_t {
    comment = 0x00100000,
    chat = 0x00200000,
    note = 0x00400000,
    warning = 0x00600000,
    error = 0x00800000,
};
inline constexpr std::array<ValueName, 5> severity_names{{{0x00100000, "Comment"},
                                                          {0x00200000, "Chat"},
                                                          {0x00400000, "Note"},
                                                          {0x00600000, "Warning"},
                                                          {0x00800000, "Error"}}};

enum class RemarkGroup : std::uint32_t {
    checksum = 0x01000000,
    sequence = 0x02000000,
    malformed = 0x07000000,
    protocol = 0x09000000,
    comment = 0x0b000000,
    deprecated = 0x0d000000,
};
inline constexpr std::array<ValueName, 6> remark_group_names{{{0x01000000, "Checksum"},
                                                              {0x02000000, "Sequence"},
                                                              {0x07000000, "Malformed"},
                                                              {0x09000000, "Protocol"},
                                                              {0x0b000000, "Comment"},
                                                              {0x0d000000, "Deprecated"}}};

// A kind of remark; its field belongs into the table of the protocol that makes it.
struct Remark {
    const FieldInfo& field;
    Severity severity;
    RemarkGroup group;
};

struct ExpertFields {
    static constexpr Field<void> expert{"_ws.expert", "Expert Info"};
    static constexpr Field<std::string_view> message{"_ws.expert.message", "Message"};
    static constexpr Field<std::uint32_t> severity{
        "_ws.expert.severity", "Severity level", anywhere, {.names = severity_names}};
    static constexpr Field<std::uint32_t> group{"_ws.expert.group", "Group", anywhere, {.names = remark_group_names}};
    static constexpr FieldTable<4> table{&expert.info, &message.info, &severity.info, &group.info};
};

// Whether any item of the remark would be made.
bool wants_remark(const Context& c, const Remark& remark);
// Adds it behind the item added last, at the depth of its field's own level.
void add_remark(Context& c, const Remark& remark, std::string_view message);
// The field's title is the message.
inline void add_remark(Context& c, const Remark& remark) { add_remark(c, remark, remark.field.title); }
// The message is only put together when it is wanted.
template <class... T>
void add_remark_text(Context& c, const Remark& remark, fmt::format_string<T...> text, T&&... values) {
    if (wants_remark(c, remark)) add_remark(c, remark, c.keep(fmt::format(text, std::forward<T>(values)...)));
}

// "Bad checksum [should be 0x1234]": of bytes whose sum, the checksum `found` in them included, came out wrong.
void add_bad_checksum(Context& c, const Remark& remark, const ChecksumSum& sum, std::uint16_t found);

}  // namespace layerlab::proto::dissect
