#include "proto/dissect/filter.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "proto/dissect/filter_check.hpp"
#include "proto/dissect/filter_fields.hpp"
#include "proto/dissect/filter_parser.hpp"
#include "proto/dissect/filter_program.hpp"

namespace layerlab::proto::dissect {
namespace {

// Fields that depend on frames before; a name ending in a dot stands for all below it.
constexpr std::array<std::string_view, 15> stateful_names{"frame.number",
                                                          "frame.time_delta",
                                                          "frame.time_relative",
                                                          "frame.time_delta_displayed",
                                                          "tcp.stream",
                                                          "tcp.analysis.",
                                                          "tcp.seq",
                                                          "tcp.ack",
                                                          "tcp.nxtseq",
                                                          "tcp.window_size",
                                                          "tcp.time_delta",
                                                          "tcp.time_relative",
                                                          "tcp.reassembled",
                                                          "tcp.segment",
                                                          "udp.stream"};

bool is_stateful(const FilterField& field) {
    for (const std::string_view name : stateful_names)
        if (field.name == name || (name.back() == '.' && field.name.substr(0, name.size()) == name)) return true;
    return std::any_of(field.protocols.begin(), field.protocols.end(),
                       [](const Protocol* p) { return p->pdu_size != nullptr; });
}

using Protocols = std::vector<const Protocol*>;

// Which protocols a frame must have one of, so that a value or test can hold. Empty: none.
class Needs {
  public:
    Needs(const FilterProgram& program, const FilterFields& fields) : program_(program), fields_(fields) {}

    Protocols of(std::uint32_t at) const {
        const FilterNode& n = program_.nodes[at];
        switch (n.op) {
            case FilterOp::negation:
            case FilterOp::one_of_two:
            case FilterOp::constant:
            case FilterOp::largest:
            case FilterOp::smallest: return {};
            case FilterOp::field: return of_field(n);
            case FilterOp::both: return of_both(n);
            case FilterOp::either: return of_either(n);
            case FilterOp::compare:
            case FilterOp::contains:
            case FilterOp::add:
            case FilterOp::subtract:
            case FilterOp::multiply:
            case FilterOp::divide:
            case FilterOp::modulo:
            case FilterOp::mask: {
                Protocols left = of(n.a);
                return left.empty() ? of(n.b) : left;
            }
            default: return of(n.a);
        }
    }

  private:
    Protocols of_field(const FilterNode& n) const {
        const FilterField* field = fields_.find(program_.fields[n.first]->name);
        return field ? field->protocols : Protocols{};
    }
    Protocols of_both(const FilterNode& n) const {
        Protocols best;
        for (std::uint32_t i = 0; i < n.count; ++i) {
            Protocols part = of(program_.children[n.first + i]);
            if (!part.empty() && (best.empty() || part.size() < best.size())) best = std::move(part);
        }
        return best;
    }
    Protocols of_either(const FilterNode& n) const {
        Protocols all;
        for (std::uint32_t i = 0; i < n.count; ++i) {
            const Protocols part = of(program_.children[n.first + i]);
            if (part.empty()) return {};
            for (const Protocol* p : part)
                if (std::find(all.begin(), all.end(), p) == all.end()) all.push_back(p);
        }
        return all;
    }

    const FilterProgram& program_;
    const FilterFields& fields_;
};

}  // namespace

std::string underline(std::string_view text, const FilterError& error) {
    std::string line;
    std::size_t column = 0, width = 0;
    for (std::size_t i = 0; i <= text.size() + 1; ++i) {
        // Bytes that go on with a character of UTF-8 take no column.
        const bool begins = i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xc0u) != 0x80u;
        if (i < error.offset && begins) ++column;
        if (i >= error.offset && i < error.offset + error.length && begins) ++width;
        if (i < text.size()) line += static_cast<unsigned char>(text[i]) < 0x20 ? ' ' : text[i];
    }
    return line + "\n" + std::string(column, ' ') + "^" + std::string(width > 1 ? width - 1 : 0, '~');
}

Filter::Filter(std::shared_ptr<const FilterProgram> program) : program_(std::move(program)) {}

bool Filter::matches(const Dissection& dissection, Bytes frame) const { return program_->run(dissection, frame); }
std::span<const FieldInfo* const> Filter::fields() const { return program_->fields; }
std::span<const Protocol* const> Filter::needs_one_of() const { return program_->needs; }
bool Filter::is_stateful() const { return program_->stateful; }

tl::expected<Filter, FilterError> compile_filter(std::string_view text, std::span<const FieldInfo* const> extra) {
    auto tree = parse_filter(text);
    if (!tree) return tl::unexpected(std::move(tree.error()));
    std::optional<FilterFields> wider;
    if (!extra.empty()) wider.emplace(extra);
    const FilterFields& fields = wider ? *wider : FilterFields::of_registry();
    auto program = check_filter(*tree, fields);
    if (!program) return tl::unexpected(std::move(program.error()));
    if (!program->empty) program->needs = Needs(*program, fields).of(program->root);
    for (const FieldInfo* info : program->fields)
        if (const FilterField* field = fields.find(info->name))
            program->stateful = program->stateful || is_stateful(*field);
    return Filter(std::make_shared<const FilterProgram>(std::move(*program)));
}

}  // namespace layerlab::proto::dissect
