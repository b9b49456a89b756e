// Internet messages (mail): RFC 5322. The header fields that have names; the body is one item.
#include <string>

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/text_lines.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<TextHeader, 20> headers{{
    text_header("Date", "imf.date"),
    text_header("From", "imf.from"),
    text_header("Sender", "imf.sender"),
    text_header("Reply-To", "imf.reply_to"),
    text_header("To", "imf.to"),
    text_header("Cc", "imf.cc"),
    text_header("Message-ID", "imf.message_id"),
    text_header("In-Reply-To", "imf.in_reply_to"),
    text_header("References", "imf.references"),
    text_header("Subject", "imf.subject"),
    text_header("User-Agent", "imf.user_agent"),
    text_header("Return-Path", "imf.return_path"),
    text_header("Received", "imf.received"),
    text_header("Content-Type", "imf.content.type"),
    text_header("Content-Transfer-Encoding", "imf.content.transfer_encoding"),
    text_header("MIME-Version", "imf.mime_version"),
    text_header("Content-Language", "imf.content_language"),
    text_header("Delivered-To", "imf.delivered_to"),
    text_header("X-Mailer", "imf.ext.mailer"),
    text_header("Thread-Index", "imf.thread-index"),
}};
constexpr Field<void> message_text{"imf.message_text", "Message-Text"};
constexpr auto imf_fields = join(fields_of(headers), table_of(message_text));

void dissect_imf(Context& c, Bytes bytes) {
    c.begin(imf, bytes);
    std::string_view text = as_text(bytes);
    while (!text.empty()) {
        const std::string_view before = text;
        std::string_view line = next_line(text);
        if (line.empty()) break;
        // A line that begins with a blank goes on with the one before: RFC 5322 section 2.2.3.
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) next_line(text);
        std::string_view whole = before.substr(0, before.size() - text.size());
        while (!whole.empty() && (whole.back() == '\n' || whole.back() == '\r')) whole.remove_suffix(1);
        if (whole.size() == line.size()) {
            add_text_header(c, line, headers);
            continue;
        }
        std::string unfolded;
        for (const char ch : whole)
            if (ch != '\r' && ch != '\n') unfolded += ch;
        add_text_header(c, c.keep(std::move(unfolded)), headers);
    }
    if (!text.empty()) c.add(message_text, as_bytes(text));
}

void summarize_imf(const LayerView& view, std::string& info) {
    for (const Item& item : view.items())
        if (item.field == &headers[9].field) info = "subject: " + std::string(as_text(item.bytes));
}

}  // namespace

constinit const Protocol imf{.heading = {"imf", "Internet Message Format"},
                             .column = "IMF",
                             .fields = imf_fields,
                             .dissect = dissect_imf,
                             .summarize = summarize_imf,
                             .source = "RFC 5322"};

}  // namespace layerlab::proto::dissect
