// The header fields of HTTP/2 as Wireshark shows them: what HPACK hides (hpack.hpp), and the fields that have a filter
// name of their own.
#pragma once

#include "proto/dissect/context.hpp"
#include "proto/dissect/http.hpp"

namespace layerlab::proto::dissect {

struct Http2HeaderFields {
    static constexpr FieldOptions deeper{.level = 1};
    static constexpr Field<std::uint32_t> length{"http2.header.length", "Header Length"};
    static constexpr Field<std::uint32_t> count{"http2.header.count", "Header Count"};
    static constexpr Field<void> header{"http2.header", "Header"};
    static constexpr Field<std::uint32_t> name_length{"http2.header.name.length", "Name Length", anywhere, deeper};
    static constexpr Field<std::string_view> name{"http2.header.name", "Name", anywhere, deeper};
    static constexpr Field<std::uint32_t> value_length{"http2.header.value.length", "Value Length", anywhere, deeper};
    static constexpr Field<std::string_view> value{"http2.header.value", "Value", anywhere, deeper};
    static constexpr Field<std::string_view> representation{"http2.header.repr", "Representation", anywhere, deeper};
    static constexpr Field<std::uint32_t> index{"http2.header.index", "Index", anywhere, deeper};
    static constexpr Field<void> size_update{"http2.header_table_size_update", "Header table size update"};
    static constexpr Field<std::uint32_t> table_size{"http2.header_table_size_update.header_table_size",
                                                     "Header table size", anywhere, deeper};
    static constexpr Field<std::string_view> full_uri{"http2.request.full_uri", "Full request URI"};
};
constexpr HttpHeaderField http2_header(const char* header, const char* name, FieldType type = FieldType::text) {
    FieldInfo field{name, header, type};
    field.level = 1;
    return {header, field};
}
inline constexpr std::array<HttpHeaderField, 50> http2_named_headers{{
    http2_header(":authority", "http2.headers.authority"),
    http2_header(":method", "http2.headers.method"),
    http2_header(":path", "http2.headers.path"),
    http2_header(":scheme", "http2.headers.scheme"),
    http2_header(":status", "http2.headers.status", FieldType::uint),
    http2_header("accept", "http2.headers.accept"),
    http2_header("accept-charset", "http2.headers.accept_charset"),
    http2_header("accept-encoding", "http2.headers.accept_encoding"),
    http2_header("accept-language", "http2.headers.accept_language"),
    http2_header("accept-ranges", "http2.headers.accept_ranges"),
    http2_header("access-control-allow-origin", "http2.headers.access_control_allow_origin"),
    http2_header("age", "http2.headers.age", FieldType::uint),
    http2_header("allow", "http2.headers.allow"),
    http2_header("authorization", "http2.headers.authorization"),
    http2_header("cache-control", "http2.headers.cache_control"),
    http2_header("content-disposition", "http2.headers.content_disposition"),
    http2_header("content-encoding", "http2.headers.content_encoding"),
    http2_header("content-language", "http2.headers.content_language"),
    http2_header("content-length", "http2.headers.content_length", FieldType::uint),
    http2_header("content-location", "http2.headers.content_location"),
    http2_header("content-range", "http2.headers.content_range"),
    http2_header("content-type", "http2.headers.content_type"),
    http2_header("cookie", "http2.headers.cookie"),
    http2_header("date", "http2.headers.date"),
    http2_header("etag", "http2.headers.etag"),
    http2_header("expect", "http2.headers.expect"),
    http2_header("expires", "http2.headers.expires"),
    http2_header("from", "http2.headers.from"),
    http2_header("if-match", "http2.headers.if_match"),
    http2_header("if-modified-since", "http2.headers.if_modified_since"),
    http2_header("if-none-match", "http2.headers.if_none_match"),
    http2_header("if-range", "http2.headers.if_range"),
    http2_header("if-unmodified-since", "http2.headers.if_unmodified_since"),
    http2_header("last-modified", "http2.headers.last_modified"),
    http2_header("link", "http2.headers.link"),
    http2_header("location", "http2.headers.location"),
    http2_header("max-forwards", "http2.headers.max_forwards", FieldType::uint),
    http2_header("proxy-authenticate", "http2.headers.proxy_authenticate"),
    http2_header("proxy-authorization", "http2.headers.proxy_authorization"),
    http2_header("range", "http2.headers.range"),
    http2_header("referer", "http2.headers.referer"),
    http2_header("refresh", "http2.headers.refresh"),
    http2_header("retry-after", "http2.headers.retry_after"),
    http2_header("server", "http2.headers.server"),
    http2_header("set-cookie", "http2.headers.set_cookie"),
    http2_header("strict-transport-security", "http2.headers.strict_transport_security"),
    http2_header("user-agent", "http2.headers.user_agent"),
    http2_header("vary", "http2.headers.vary"),
    http2_header("via", "http2.headers.via"),
    http2_header("www-authenticate", "http2.headers.www_authenticate"),
}};

inline constexpr auto http2_header_fields = [] {
    FieldTable<12 + http2_named_headers.size()> table{
        &Http2HeaderFields::length.info,     &Http2HeaderFields::count.info,
        &Http2HeaderFields::header.info,     &Http2HeaderFields::name_length.info,
        &Http2HeaderFields::name.info,       &Http2HeaderFields::value_length.info,
        &Http2HeaderFields::value.info,      &Http2HeaderFields::representation.info,
        &Http2HeaderFields::index.info,      &Http2HeaderFields::size_update.info,
        &Http2HeaderFields::table_size.info, &Http2HeaderFields::full_uri.info};
    for (std::size_t i = 0; i < http2_named_headers.size(); ++i) table[12 + i] = &http2_named_headers[i].field;
    return table;
}();

// A fragment of a header block, which `is_last` ends. Its fields are shown with the last one.
void dissect_header_block(Context& c, std::uint32_t stream, Bytes fragment, bool is_first, bool is_last);
// A fragment was not captured: what comes after it in this direction cannot be read.
void lose_header_block(Context& c);

}  // namespace layerlab::proto::dissect
