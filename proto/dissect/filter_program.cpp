#include "proto/dissect/filter_program.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "proto/base/time.hpp"

namespace layerlab::proto::dissect {
namespace {

struct Value {
    std::uint64_t number = 0;
    Bytes octets{};
};

// Something to be called with each value; true ends the walk.
class Each {
  public:
    template <class F>
    requires(!std::is_same_v<F, Each>) Each(F& f)
        : object_(&f), call_([](void* o, const Value& v) { return (*static_cast<F*>(o))(v); }) {}  // NOLINT
    bool operator()(const Value& value) const { return call_(object_, value); }

  private:
    void* object_;
    bool (*call_)(void*, const Value&);
};

bool holds(Comparison comparison, int order) {
    switch (comparison) {
        case Comparison::equal: return order == 0;
        case Comparison::not_equal: return order != 0;
        case Comparison::less: return order < 0;
        case Comparison::less_or_equal: return order <= 0;
        case Comparison::greater: return order > 0;
        case Comparison::greater_or_equal: return order >= 0;
    }
    return false;
}

int order_of(Order by, const Value& a, const Value& b) {
    switch (by) {
        case Order::number: return a.number < b.number ? -1 : a.number > b.number;
        case Order::signed_number: {
            const auto x = static_cast<std::int64_t>(a.number), y = static_cast<std::int64_t>(b.number);
            return x < y ? -1 : x > y;
        }
        case Order::octets: {
            const std::size_t n = std::min(a.octets.size(), b.octets.size());
            const int order = n > 0 ? std::memcmp(a.octets.data(), b.octets.data(), n) : 0;
            if (order != 0) return order;
            return a.octets.size() < b.octets.size() ? -1 : a.octets.size() > b.octets.size();
        }
    }
    return 0;
}

// Compares with a constant, only as far as its prefix reaches.
int order_of(Order by, Value a, const FilterConstant& constant) {
    Value b{constant.number, as_bytes(constant.octets)};
    if (by == Order::number && constant.prefix < 32) {
        const std::uint64_t mask = constant.prefix == 0 ? 0 : 0xffff'ffffu << (32 - constant.prefix) & 0xffff'ffffu;
        a.number &= mask;
        b.number &= mask;
    } else if (by == Order::octets && constant.prefix < 128 && a.octets.size() == 16 && b.octets.size() == 16) {
        const std::size_t whole = constant.prefix / 8;
        const int order = order_of(by, {0, a.octets.first(whole)}, {0, b.octets.first(whole)});
        if (order != 0 || constant.prefix % 8 == 0) return order;
        const unsigned shift = 8 - constant.prefix % 8;
        return (a.octets[whole] >> shift) - (b.octets[whole] >> shift);
    }
    return order_of(by, a, b);
}

bool contains(Bytes where, Bytes what) { return as_text(where).find(as_text(what)) != std::string_view::npos; }

char folded(char c, bool upper) {
    if (upper) return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Where a range of a slice lies in `size` bytes; false when it reaches outside.
bool place(const FilterSlice& slice, std::size_t size, std::size_t& first, std::size_t& count) {
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t from = slice.first < 0 ? length + slice.first : slice.first;
    std::int64_t to = length;  // behind the last
    if (slice.end == FilterSlice::End::count) to = from + slice.last;
    if (slice.end == FilterSlice::End::position) to = (slice.last < 0 ? length + slice.last : slice.last) + 1;
    if (from < 0 || to > length || from >= to) return false;
    first = static_cast<std::size_t>(from);
    count = static_cast<std::size_t>(to - from);
    return true;
}

class Run {
  public:
    Run(const FilterProgram& program, const Dissection& dissection, Bytes frame)
        : p_(program), d_(dissection), frame_(frame) {}

    bool root() { return test(p_.root) && !exhausted(0); }

  private:
    bool test(std::uint32_t at) {
        const FilterNode& n = p_.nodes[at];
        switch (n.op) {
            case FilterOp::both:
                for (std::uint32_t i = 0; i < n.count; ++i)
                    if (!test(p_.children[n.first + i])) return false;
                return true;
            case FilterOp::either:
                for (std::uint32_t i = 0; i < n.count; ++i)
                    if (test(p_.children[n.first + i])) return true;
                return false;
            case FilterOp::one_of_two: {
                bool odd = false;
                for (std::uint32_t i = 0; i < n.count; ++i) odd ^= test(p_.children[n.first + i]);
                return odd;
            }
            case FilterOp::negation: return !test(n.a);
            case FilterOp::exists: {
                auto any = [](const Value&) { return true; };
                return each(n.a, any);
            }
            case FilterOp::nonzero: return is_nonzero(n.a);
            case FilterOp::compare: return compare(n);
            case FilterOp::member: return member(n);
            case FilterOp::contains: {
                auto left = [&](const Value& a) {
                    auto right = [&](const Value& b) { return exhausted() || contains(a.octets, b.octets); };
                    return each(n.b, right);
                };
                return each(n.a, left, true);
            }
            case FilterOp::search: {
                auto found = [&](const Value& a) {
                    const std::string_view text = as_text(a.octets);
                    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *p_.patterns[n.first]);
                };
                return each(n.a, found, true);
            }
            default: return false;  // a value is no test
        }
    }

    // Fields compared with fields make pairs; a frame made to have very many must not take long. When it does, the
    // walk ends and the frame does not match.
    bool exhausted(std::uint64_t steps = 1) {
        steps_ += steps;
        return steps_ > 4'000'000;
    }

    bool is_nonzero(std::uint32_t at) {
        const FieldType type = p_.nodes[at].type;
        auto nonzero = [&](const Value& v) {
            if (type != FieldType::bytes) return v.number != 0;
            return std::any_of(v.octets.begin(), v.octets.end(), [](std::uint8_t b) { return b != 0; });
        };
        return each(at, nonzero);
    }

    bool compare(const FilterNode& n) {
        bool seen = false;
        const auto decide = [&](int order) {
            seen = true;
            return holds(n.comparison, order) != n.all;  // for "all" a pair that fails ends the walk
        };
        const FilterNode& right = p_.nodes[n.b];
        bool ended = false;
        if (right.op == FilterOp::constant) {
            const FilterConstant& constant = p_.constants[right.first];
            auto one = [&](const Value& a) { return decide(order_of(n.order, a, constant)); };
            ended = each(n.a, one);
        } else {
            auto left = [&](const Value& a) {
                auto both = [&](const Value& b) { return exhausted() || decide(order_of(n.order, a, b)); };
                return each(n.b, both);
            };
            ended = each(n.a, left);
        }
        return n.all ? seen && !ended : ended;
    }

    bool member(const FilterNode& n) {
        auto one = [&](const Value& a) {
            for (std::uint32_t i = n.first; i < n.first + n.count; ++i) {
                const FilterRange& range = p_.ranges[i];
                const int low = order_of(n.order, a, range.low);
                if (range.single ? low == 0 : low >= 0 && order_of(n.order, a, range.high) <= 0) return true;
            }
            return false;
        };
        return each(n.a, one);
    }

    // Calls `use` with each value of a node; `searched`: of a protocol all its bytes, payload included.
    bool each(std::uint32_t at, Each use, bool searched = false) {
        const FilterNode& n = p_.nodes[at];
        switch (n.op) {
            case FilterOp::field: return each_item(n, use, searched);
            case FilterOp::constant: {
                const FilterConstant& c = p_.constants[n.first];
                return use({c.number, as_bytes(c.octets)});
            }
            case FilterOp::octets: return each_as_octets(n, use);
            case FilterOp::text: return each_as_text(n, use);
            case FilterOp::slice: return each_slice(n, use);
            case FilterOp::upper:
            case FilterOp::lower: return each_folded(n, use);
            case FilterOp::length: {
                auto one = [&](const Value& v) { return use({v.octets.size(), {}}); };
                return each(n.a, one);
            }
            case FilterOp::absolute:
            case FilterOp::negative: {
                auto one = [&](const Value& v) {
                    const bool keep = n.op == FilterOp::absolute && static_cast<std::int64_t>(v.number) >= 0;
                    return use({keep ? v.number : 0 - v.number, {}});
                };
                return each(n.a, one);
            }
            case FilterOp::occurrences: {
                std::uint64_t count = 0;
                auto one = [&](const Value&) {
                    ++count;
                    return false;
                };
                each(n.a, one);
                return count > 0 && use({count, {}});
            }
            case FilterOp::add:
            case FilterOp::subtract:
            case FilterOp::multiply:
            case FilterOp::divide:
            case FilterOp::modulo:
            case FilterOp::mask: return each_pair(n, use);
            case FilterOp::largest:
            case FilterOp::smallest: return extreme(n, use);
            default: return false;  // a test is no value
        }
    }

    bool each_item(const FilterNode& n, Each use, bool searched) {
        const FieldInfo* const* first = p_.fields.data() + n.first;
        const FieldInfo* const* end = first + n.count;
        if (exhausted(1 + d_.items.size() / 16)) return true;
        for (std::size_t i = 0; i < d_.items.size(); ++i) {
            const Item& item = d_.items[i];
            if (item.field != *first && std::find(first + 1, end, item.field) == end) continue;
            if (n.b != 0 && !in_layers(i, p_.layers[n.b - 1])) continue;
            const bool heading = n.type == FieldType::none;
            if (use({item.number, heading ? bytes_of(item, i, searched) : item.bytes})) return true;
        }
        return false;
    }

    // A protocol alone is what its heading stands for; searched it is also what it carries.
    Bytes bytes_of(const Item& item, std::size_t index, bool searched) const {
        const Bytes source = d_.source(item.source, frame_);
        if (item.offset > source.size()) return {};
        std::size_t size = item.size;
        if (searched)  // of layers with the same first item only the last one has items
            for (const Layer& layer : d_.layers)
                if (layer.first_item == index) size = std::max<std::size_t>(item.size, layer.size);
        return source.subspan(item.offset, std::min(size, source.size() - item.offset));
    }

    bool in_layers(std::size_t index, const std::vector<FilterSlice>& ranges) const {
        const Protocol* protocol = nullptr;
        std::size_t last = 0;
        for (std::size_t i = 0; i < d_.layers.size() && d_.layers[i].first_item <= index; ++i) last = i;
        if (d_.layers.empty()) return false;
        protocol = d_.layers[last].protocol;
        std::int64_t number = 0;
        for (std::size_t i = 0; i <= last; ++i) number += d_.layers[i].protocol == protocol;
        for (const FilterSlice& r : ranges) {
            const bool below = r.end == FilterSlice::End::none || number <= r.last;
            if (number >= r.first && below) return true;
        }
        return false;
    }

    bool each_as_octets(const FilterNode& n, Each use) {
        const FieldType type = p_.nodes[n.a].type;
        auto one = [&](const Value& v) {
            std::uint8_t octets[6];
            if (type == FieldType::mac) {
                MacAddress::from_number(v.number).store(octets);
                return use({0, octets});
            }
            Ipv4Address{static_cast<std::uint32_t>(v.number)}.store(octets);
            return use({0, Bytes(octets, 4)});
        };
        return each(n.a, one);
    }

    bool each_as_text(const FilterNode& n, Each use) {
        const FieldType type = p_.nodes[n.a].type;
        auto one = [&](const Value& v) {
            fmt::memory_buffer text;
            const auto put = [&](const std::string& s) { text.append(s.data(), s.data() + s.size()); };
            switch (type) {
                case FieldType::mac: put(MacAddress::from_number(v.number).to_string()); break;
                case FieldType::ipv4: put(Ipv4Address{static_cast<std::uint32_t>(v.number)}.to_string()); break;
                case FieldType::ipv6:
                    if (v.octets.size() == 16) put(Ipv6Address::load(v.octets.data()).to_string());
                    break;
                case FieldType::duration: put(to_seconds(Duration(static_cast<std::int64_t>(v.number)))); break;
                case FieldType::sint:
                    fmt::format_to(fmt::appender(text), "{}", static_cast<std::int64_t>(v.number));
                    break;
                default: fmt::format_to(fmt::appender(text), "{}", v.number); break;
            }
            return use({0, as_bytes({text.data(), text.size()})});
        };
        return each(n.a, one);
    }

    bool each_slice(const FilterNode& n, Each use) {
        auto one = [&](const Value& v) {
            std::size_t first = 0, count = 0;
            if (n.count == 1) {
                if (!place(p_.slices[n.first], v.octets.size(), first, count)) return false;
                return use({0, v.octets.subspan(first, count)});
            }
            fmt::memory_buffer joined;
            for (std::uint32_t i = n.first; i < n.first + n.count; ++i) {
                if (!place(p_.slices[i], v.octets.size(), first, count)) return false;
                const std::string_view part = as_text(v.octets.subspan(first, count));
                if (joined.size() + part.size() > 1'000'000) return false;
                joined.append(part.data(), part.data() + part.size());
            }
            return use({0, as_bytes({joined.data(), joined.size()})});
        };
        return each(n.a, one);
    }

    bool each_folded(const FilterNode& n, Each use) {
        auto one = [&](const Value& v) {
            fmt::memory_buffer text;
            for (const char c : as_text(v.octets)) text.push_back(folded(c, n.op == FilterOp::upper));
            return use({0, as_bytes({text.data(), text.size()})});
        };
        return each(n.a, one);
    }

    bool each_pair(const FilterNode& n, Each use) {
        auto left = [&](const Value& a) {
            auto right = [&](const Value& b) { return exhausted() || calculate(n, a, b, use); };
            return each(n.b, right);
        };
        return each(n.a, left);
    }

    // Numbers wrap at 64 bits; a division by zero has no value.
    static bool calculate(const FilterNode& n, const Value& a, const Value& b, Each use) {
        const bool is_signed = n.order == Order::signed_number;
        const auto x = static_cast<std::int64_t>(a.number), y = static_cast<std::int64_t>(b.number);
        switch (n.op) {
            case FilterOp::add: return use({a.number + b.number, {}});
            case FilterOp::subtract: return use({a.number - b.number, {}});
            case FilterOp::multiply: return use({a.number * b.number, {}});
            case FilterOp::divide:
            case FilterOp::modulo: {
                if (b.number == 0) return false;
                const bool quotient = n.op == FilterOp::divide;
                if (!is_signed) return use({quotient ? a.number / b.number : a.number % b.number, {}});
                if (y == -1) return use({quotient ? 0 - a.number : 0, {}});
                return use({static_cast<std::uint64_t>(quotient ? x / y : x % y), {}});
            }
            default: break;
        }
        if (n.type != FieldType::bytes) return use({a.number & b.number, {}});
        if (a.octets.size() != b.octets.size()) return false;
        fmt::memory_buffer masked;
        for (std::size_t i = 0; i < a.octets.size(); ++i)
            masked.push_back(static_cast<char>(a.octets[i] & b.octets[i]));
        return use({0, as_bytes({masked.data(), masked.size()})});
    }

    bool extreme(const FilterNode& n, Each use) {
        bool seen = false;
        Value best;
        auto one = [&](const Value& v) {
            const int order = seen ? order_of(n.order, v, best) : 0;
            if (!seen || (n.op == FilterOp::largest ? order > 0 : order < 0)) best = v;
            seen = true;
            return false;
        };
        for (std::uint32_t i = 0; i < n.count; ++i) each(p_.children[n.first + i], one);
        return seen && use(best);
    }

    const FilterProgram& p_;
    const Dissection& d_;
    Bytes frame_;
    std::uint64_t steps_ = 0;
};

}  // namespace

bool FilterProgram::run(const Dissection& dissection, Bytes frame) const {
    return empty || Run(*this, dissection, frame).root();
}

}  // namespace layerlab::proto::dissect
