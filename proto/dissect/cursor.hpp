// Reads a message front to back while its items are added. The first read past the end says so visibly, once; from
// then on nothing is left, so that loops end and a dissector may ask once.
#pragma once

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

class Cursor {
  public:
    Cursor(Context& c, Bytes bytes) : c_(c), bytes_(bytes) {}

    bool ok() const { return ok_; }
    std::size_t at() const { return at_; }
    std::size_t left() const { return ok_ ? bytes_.size() - at_ : 0; }
    Bytes rest() const { return ok_ ? bytes_.subspan(at_) : Bytes{}; }
    // So many octets from here, fewer at the end, without moving on.
    Bytes here(std::size_t size) const { return rest().first(size < left() ? size : left()); }

    // Whether so many octets are left; says so when they are not.
    bool want(std::size_t size) {
        if (!ok_) return false;
        if (bytes_.size() - at_ >= size) return true;
        const Bytes behind = bytes_.subspan(at_);
        ok_ = false;
        c_.too_short(behind, size);
        return false;
    }
    Bytes bytes(std::size_t size) {
        if (!want(size)) return {};
        at_ += size;
        return bytes_.subspan(at_ - size, size);
    }
    void skip(std::size_t size) { bytes(size); }

    // Adds the field, which takes so many octets, and moves on. Returns its number (of the first eight octets).
    template <class T>
    std::uint64_t add(const Field<T>& field, std::size_t size) {
        if (!want(size)) return 0;
        const Bytes where = bytes(size);
        c_.add(field, where);
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < size && i < 8; ++i) number = number << 8 | where[i];
        return number;
    }
    // A little-endian number.
    template <class T>
    std::uint64_t add_little(const Field<T>& field, std::size_t size) {
        if (!want(size)) return 0;
        const Bytes where = bytes(size);
        std::uint64_t number = 0;
        for (std::size_t i = size; i-- > 0;) number = number << 8 | where[i];
        c_.add(field, where, number);
        return number;
    }
    // Seconds in units of 1/`per_second`.
    void add_time(const Field<Duration>& field, std::size_t size, std::uint64_t per_second) {
        if (!want(size)) return;
        const Bytes where = bytes(size);
        std::uint64_t number = 0;
        for (const std::uint8_t octet : where) number = number << 8 | octet;
        c_.add(field, where, number * 1'000'000'000 / per_second);
    }
    // Text up to a zero octet, which belongs to it; all there is when there is none. False when it has no end.
    template <class T>
    bool add_text_to_zero(const Field<T>& field) {
        const std::string_view text = as_text(rest());
        const std::size_t end = text.find('\0');
        const std::size_t size = end == std::string_view::npos ? text.size() : end;
        if (!ok_) return false;
        c_.add(field, bytes(end == std::string_view::npos ? size : size + 1), text.substr(0, size));
        return end != std::string_view::npos;
    }
    // A table whose fields are counted from here; moves on behind them.
    void add_table(std::span<const FieldInfo* const> table, std::size_t size) {
        if (!ok_) return;
        c_.add_fields(here(size), table);
        skip(size);
    }

  private:
    Context& c_;
    Bytes bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace layerlab::proto::dissect
