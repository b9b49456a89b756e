// HPACK (RFC 7541): the header fields of HTTP/2 out of a header block. Both sides keep a table of fields that were sent
// before; who looks on keeps one for each direction. Memory is bounded for one table and for all of a dissector.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::dissect {

// What all tables of a lane take together; outlives them.
struct HpackBudget {
    static constexpr std::size_t most = std::size_t{4} << 20;
    std::size_t used = 0;
};

// The static table and, behind it, the dynamic one: section 2.3.
class HpackTable {
  public:
    static constexpr std::size_t default_size = 4096, largest = 65536;  // in octets as section 4.1 counts

    explicit HpackTable(HpackBudget& budget) : budget_(&budget) {}
    ~HpackTable();
    HpackTable(const HpackTable&) = delete;
    HpackTable& operator=(const HpackTable&) = delete;

    struct Shown {
        std::string_view name, value;
    };
    std::optional<Shown> find(std::size_t index) const;  // from 1
    // False: there is no room among all tables; what refers to later entries cannot be read any more.
    bool add(std::string name, std::string value);
    void resize(std::size_t limit);
    std::size_t size() const { return size_; }

  private:
    struct Entry {
        std::string name, value;
    };
    static std::size_t size_of(const Entry& entry) { return entry.name.size() + entry.value.size() + 32; }
    void drop_oldest();

    std::deque<Entry> entries_;  // the newest first
    std::size_t size_ = 0, limit_ = default_size;
    HpackBudget* budget_;
};

struct HpackField {
    enum class Kind : std::uint8_t { indexed, added, literal, never_indexed, table_size };
    Kind kind{};
    std::size_t index = 0;  // of the field or of its name; 0: none; of table_size the size
    std::string name, value;
    Bytes place;  // where in the block
};

// Reads a header block, field by field.
class HpackReader {
  public:
    static constexpr std::size_t longest_text = 1 << 20;

    HpackReader(HpackTable& table, Bytes block) : table_(table), left_(block) {}

    Bytes left() const { return left_; }
    // There must be something left. After an error nothing can be read of the block, nor of those that follow.
    tl::expected<HpackField, std::string> next();

  private:
    bool number(unsigned prefix_bits, std::size_t& value);
    bool text(std::string& out);

    HpackTable& table_;
    Bytes left_;
};

// Nothing when it is no text, or longer.
std::optional<std::string> hpack_huffman(Bytes coded, std::size_t most);

}  // namespace layerlab::proto::dissect
