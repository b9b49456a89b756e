#include "proto/dissect/media.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/context.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/http.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::size_t most_lines = 2000;  // shown; the file's text is whole in http.file_data

void dissect_text_lines(Context& c, Bytes body) {
    c.begin(text_lines, body);
    std::string_view rest = as_text(body);
    for (std::size_t n = 0; n < most_lines && !rest.empty(); ++n) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        c.add(MediaFields::line, as_bytes(rest.substr(0, end)));
        rest.remove_prefix(end);
    }
}

void dissect_gif(Context& c, Bytes body) { c.begin(image_gif, body); }
void dissect_jfif(Context& c, Bytes body) { c.begin(image_jfif, body); }
void dissect_png(Context& c, Bytes body) { c.begin(png, body); }
void dissect_json(Context& c, Bytes body) { c.begin(json, body); }
void dissect_xml(Context& c, Bytes body) { c.begin(xml, body); }
void dissect_ocsp(Context& c, Bytes body) { c.begin(ocsp, body); }
void dissect_media(Context& c, Bytes body) { c.begin(media, body); }

struct MediaType {
    std::string_view name;
    const Protocol* protocol;
};
constexpr std::array<MediaType, 24> types{{
    {"text/html", &text_lines},
    {"text/plain", &text_lines},
    {"text/css", &text_lines},
    {"text/javascript", &text_lines},
    {"text/richtext", &text_lines},
    {"text/enriched", &text_lines},
    {"text/parameters", &text_lines},
    {"application/x-javascript", &text_lines},
    {"application/x-ns-proxy-autoconfig", &text_lines},
    {"image/gif", &image_gif},
    {"image/jpeg", &image_jfif},
    {"image/jfif", &image_jfif},
    {"image/png", &png},
    {"application/json", &json},
    {"application/problem+json", &json},
    {"application/json-rpc", &json},
    {"application/ocsp-request", &ocsp},
    {"application/ocsp-response", &ocsp},
    {"text/xml", &xml},
    {"application/xml", &xml},
    {"application/xhtml+xml", &xml},
    {"application/soap+xml", &xml},
    {"application/rss+xml", &xml},
    {"image/svg+xml", &xml},
}};

// By the first bytes of the file formats: GIF89a appendix, JFIF 1.02, RFC 2083 section 3.1.
const Protocol* image_by_look(std::string_view body) {
    if (body.substr(0, 6) == "GIF87a" || body.substr(0, 6) == "GIF89a") return &image_gif;
    const std::string_view marker = body.substr(0, 4), name = body.substr(std::min<std::size_t>(body.size(), 6), 4);
    if (marker == "\xff\xd8\xff\xe0" && name == "JFIF") return &image_jfif;
    if (marker == "\xff\xd8\xff\xe1" && name == "Exif") return &image_jfif;
    if (body.substr(0, 8) == "\x89PNG\r\n\x1a\n") return &png;
    return nullptr;
}

}  // namespace

const Protocol* media_protocol(std::string_view content_type, Bytes body) {
    const std::string_view name = content_type.substr(0, content_type.find_first_of("; \t"));
    if (name.empty()) return nullptr;
    const Protocol* named = nullptr;
    for (const MediaType& type : types)
        if (wire::equal_without_case(type.name, name)) named = type.protocol;
    if (named && named != &image_gif && named != &image_jfif && named != &png) return named;
    if (named == &image_jfif && as_text(body).substr(0, 2) == "\xff\xd8") return named;
    const Protocol* seen = image_by_look(as_text(body));
    return seen ? seen : &media;
}

namespace {
constexpr FieldTable<1> line_fields{&MediaFields::line.info};
}

constinit const Protocol text_lines{.heading = {"data-text-lines", "Line-based text data"},
                                    .column = nullptr,
                                    .fields = line_fields,
                                    .dissect = dissect_text_lines};
constinit const Protocol image_gif{
    .heading = {"image-gif", "Compuserve GIF"}, .column = nullptr, .fields = {}, .dissect = dissect_gif};
constinit const Protocol image_jfif{.heading = {"image-jfif", "JPEG File Interchange Format"},
                                    .column = nullptr,
                                    .fields = {},
                                    .dissect = dissect_jfif};
constinit const Protocol png{
    .heading = {"png", "Portable Network Graphics"}, .column = nullptr, .fields = {}, .dissect = dissect_png};
constinit const Protocol json{
    .heading = {"json", "JavaScript Object Notation"}, .column = nullptr, .fields = {}, .dissect = dissect_json};
constinit const Protocol xml{
    .heading = {"xml", "eXtensible Markup Language"}, .column = nullptr, .fields = {}, .dissect = dissect_xml};
constinit const Protocol ocsp{.heading = {"ocsp", "Online Certificate Status Protocol"},
                              .column = nullptr,
                              .fields = {},
                              .dissect = dissect_ocsp};
constinit const Protocol media{
    .heading = {"media", "Media Type"}, .column = nullptr, .fields = {}, .dissect = dissect_media};

}  // namespace layerlab::proto::dissect
