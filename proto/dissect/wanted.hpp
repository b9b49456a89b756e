// What a reader of many frames wants to know of them. Items of other fields are not made, and what only leads to them
// is not done: checksums, streams, applications. What is made is the same as without.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

class Wanted {
  public:
    Wanted();  // the layers alone, up to those of the transport, and what is wrong with them
    explicit Wanted(std::span<const FieldInfo* const> fields) : Wanted() { add(fields); }
    // What columns_of() (text.hpp) reads.
    static Wanted for_columns();

    // Headings of protocols too.
    void add(const FieldInfo& field);
    void add(std::span<const FieldInfo* const> fields) {
        for (const FieldInfo* field : fields) add(*field);
    }
    // The layers of applications, whatever their fields.
    void add_applications() { applications_ = streams_ = checksums_ = true; }

    // May say yes to a field that nobody asked for, never no to one that somebody did.
    bool wants(const FieldInfo& field) const {
        const std::size_t at = slot(field);
        return slots_[at / 64] >> at % 64 & 1;
    }
    // Whether wants() says yes to any of them; remembered by the place of the table.
    bool wants_any(std::span<const FieldInfo* const> table) const {
        Asked& asked = asked_[reinterpret_cast<std::uintptr_t>(table.data()) / alignof(FieldInfo) * 0x9e37'79b9u >> 16 &
                              (asked_.size() - 1)];
        if (asked.table != table.data()) asked = {table.data(), is_any_wanted(table)};
        return asked.any;
    }
    // Items of the layers below the applications, remarks on them included.
    bool wants_headers() const { return headers_; }
    // What stands above UDP and TCP, and for it the streams put together from intact segments.
    bool wants_applications() const { return applications_; }
    bool wants_streams() const { return streams_; }
    bool wants_checksums() const { return checksums_; }
    // Numbers of streams, which count all that came before in the capture.
    bool wants_stream_numbers() const { return stream_numbers_; }

  private:
    static constexpr std::size_t slots = 65536;  // bits: constants of the program seldom share one
    static std::size_t slot(const FieldInfo& field) {
        return reinterpret_cast<std::uintptr_t>(&field) / alignof(FieldInfo) % slots;
    }

    struct Asked {
        const void* table = nullptr;
        bool any = false;
    };
    void set(const FieldInfo& field) { slots_[slot(field) / 64] |= std::uint64_t{1} << slot(field) % 64; }
    bool is_any_wanted(std::span<const FieldInfo* const> table) const;

    std::array<std::uint64_t, slots / 64> slots_{};
    mutable std::array<Asked, 256> asked_{};
    bool headers_ = false, applications_ = false, streams_ = false, checksums_ = false, stream_numbers_ = false;
};

}  // namespace layerlab::proto::dissect
