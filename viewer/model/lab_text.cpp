#include "viewer/model/lab_text.hpp"

#include <algorithm>
#include <cctype>

#include "sim/scenario/keywords.hpp"

namespace layerlab::viewer {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == '/' || c == ':' ||
           c == '%' || static_cast<unsigned char>(c) >= 0x80;
}

bool looks_like_number(std::string_view word) {
    if (std::isdigit(static_cast<unsigned char>(word[0]))) return true;
    // A MAC address that begins with a letter.
    return word.size() == 17 && word[2] == ':' && word[5] == ':';
}

class Scanner {
  public:
    Scanner(std::string_view line, const std::vector<std::string>& devices) : line_(line), devices_(devices) {}

    std::vector<LabToken> scan() {
        skip_blanks();
        if (at_ < line_.size() && line_[at_] == '|') {
            take_rest(LabTokenKind::output);
            return std::move(tokens_);
        }
        for (; at_ < line_.size(); skip_blanks()) {
            const char c = line_[at_];
            if (c == '#')
                take_rest(LabTokenKind::comment);
            else if (c == '"')
                quoted();
            else if (c == '/' && is_output_check_)
                take_rest(LabTokenKind::filter);
            else if (c == ':' && is_expectation_) {
                take(1, LabTokenKind::plain);
                skip_blanks();
                take_rest(LabTokenKind::filter);
            } else if (is_word(c))
                word();
            else
                take(1, LabTokenKind::plain);
        }
        return std::move(tokens_);
    }

  private:
    void skip_blanks() {
        while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r')) ++at_;
    }
    void take(std::size_t length, LabTokenKind kind) {
        if (length == 0) return;
        tokens_.push_back({static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + length), kind});
        at_ += length;
    }
    void take_rest(LabTokenKind kind) {
        std::size_t end = line_.size();
        while (end > at_ && (line_[end - 1] == ' ' || line_[end - 1] == '\r')) --end;
        take(end - at_, kind);
        at_ = line_.size();
    }
    void quoted() {
        std::size_t end = at_ + 1;
        while (end < line_.size() && line_[end] != '"') end += line_[end] == '\\' ? 2 : 1;
        take(std::min(end + 1, line_.size()) - at_, LabTokenKind::string);
    }
    void word() {
        std::size_t end = at_;
        while (end < line_.size() && is_word(line_[end])) {
            // The colon of an expectation ends its head; others belong to addresses.
            const bool ends_word = end + 1 == line_.size() || line_[end + 1] == ' ';
            if (line_[end] == ':' && is_expectation_ && ends_word) break;
            ++end;
        }
        const std::string_view text = line_.substr(at_, end - at_);
        if (end < line_.size() && line_[end] == '$') {
            take(text.size() + 1, LabTokenKind::prompt);
            skip_blanks();
            take_rest(LabTokenKind::command);
            return;
        }
        if (text == "expect" && tokens_.empty()) is_expectation_ = true;
        if (text == "output" && is_expectation_) is_output_check_ = true;
        take(text.size(), kind_of(text));
    }
    LabTokenKind kind_of(std::string_view text) const {
        if (looks_like_number(text)) return LabTokenKind::number;
        const std::string_view name = text.substr(0, text.find('.'));  // of gw.wan
        if (std::binary_search(devices_.begin(), devices_.end(), name)) return LabTokenKind::device;
        return sim::scenario::is_keyword(text) ? LabTokenKind::keyword : LabTokenKind::plain;
    }

    std::string_view line_;
    const std::vector<std::string>& devices_;
    std::size_t at_ = 0;
    bool is_expectation_ = false, is_output_check_ = false;
    std::vector<LabToken> tokens_;
};

}  // namespace

std::vector<LabToken> tokens_of(std::string_view line, const std::vector<std::string>& devices) {
    return Scanner(line, devices).scan();
}

void LineIndex::follow(const Trace& trace) {
    if (trace_ != &trace || trace.log().end() < looked_at_) {
        trace_ = &trace;
        looked_at_ = 0;
        first_.clear();
    }
    for (; looked_at_ < trace.log().end(); ++looked_at_) {
        const Record& r = trace.log()[looked_at_];
        if (r.line != 0) first_.emplace(r.line, looked_at_);
    }
}

std::optional<std::uint64_t> LineIndex::first(std::uint32_t line_code) const {
    const auto it = first_.find(line_code);
    return it == first_.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace layerlab::viewer
