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
    {"application/javascript", &text_lines},
    {"application/x-javascript", &text_lines},
    {"application/x-ns-proxy-autoconfig", &text_lines},
    {"image/gif", &image_gif},
    {"image/jpeg", &image_jfif},
    {"image/jpg", &image_jfif},
    {"image/jfif", &image_jfif},
    {"image/png", &png},
    {"application/json", &json},
    {"application/problem+json", &json},
    {"application/json-rpc", &json},
    {"text/xml", &xml},
    {"application/xml", &xml},
    {"application/xhtml+xml", &xml},
    {"application/soap+xml", &xml},
    {"application/rss+xml", &xml},
    {"image/svg+xml", &xml},
}};

}  // namespace

const Protocol* media_protocol(std::string_view content_type) {
    const std::string_view name = content_type.substr(0, content_type.find_first_of("; \t"));
    if (name.empty()) return nullptr;
    for (const MediaType& type : types)
        if (wire::equal_without_case(type.name, name)) return type.protocol;
    return &media;
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
constinit const Protocol media{
    .heading = {"media", "Media Type"}, .column = nullptr, .fields = {}, .dissect = dissect_media};

}  // namespace layerlab::proto::dissect
