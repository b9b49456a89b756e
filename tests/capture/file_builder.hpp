// Builds capture files in memory, field by field and in either byte order, so that tests can say what is wrong in them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "capture/byte_source.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

class FileBuilder {
  public:
    explicit FileBuilder(bool big_endian = false) : big_(big_endian) {}

    FileBuilder& u16(std::uint32_t v) { return number(v, 2); }
    FileBuilder& u32(std::uint32_t v) { return number(v, 4); }
    FileBuilder& text(std::string_view t) {
        out.insert(out.end(), t.begin(), t.end());
        return *this;
    }
    FileBuilder& pad4() {
        while (out.size() % 4 != 0) out.push_back(0);
        return *this;
    }
    // draft-ietf-opsawg-pcap section 4: magic, version 2.4, two zeros, snapshot length, link type.
    FileBuilder& pcap_header(std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link = 1, std::uint32_t minor = 4) {
        return u32(magic).u16(2).u16(minor).u32(0).u32(0).u32(65535).u32(link);
    }
    // Section 5: seconds, fraction, captured and original length, bytes.
    FileBuilder& pcap_record(std::uint32_t seconds, std::uint32_t fraction, std::string_view bytes,
                             std::uint32_t original = 0) {
        const auto size = static_cast<std::uint32_t>(bytes.size());
        return u32(seconds).u32(fraction).u32(size).u32(original ? original : size).text(bytes);
    }
    // draft-ietf-opsawg-pcapng section 3.1: type, length, body, length.
    FileBuilder& block(std::uint32_t type, const FileBuilder& body) {
        const auto length = static_cast<std::uint32_t>(12 + (body.out.size() + 3) / 4 * 4);
        u32(type).u32(length);
        out.insert(out.end(), body.out.begin(), body.out.end());
        return pad4().u32(length);
    }
    FileBuilder& section() {
        return block(0x0a0d0d0a, same().u32(0x1a2b3c4d).u16(1).u16(0).u32(0xffffffff).u32(0xffffffff));
    }
    FileBuilder& interface(std::uint32_t link, const FileBuilder& options, std::uint32_t snapshot = 0) {
        FileBuilder body = same().u16(link).u16(0).u32(snapshot);
        body.out.insert(body.out.end(), options.out.begin(), options.out.end());
        return block(1, body);
    }
    FileBuilder& option(std::uint32_t code, std::string_view value) {
        return u16(code).u16(static_cast<std::uint32_t>(value.size())).text(value).pad4();
    }
    FileBuilder& enhanced(std::uint32_t interface_number, std::uint64_t ticks, std::string_view bytes,
                          const FileBuilder& options) {
        const auto size = static_cast<std::uint32_t>(bytes.size());
        FileBuilder body = same().u32(interface_number).u32(static_cast<std::uint32_t>(ticks >> 32));
        body.u32(static_cast<std::uint32_t>(ticks)).u32(size).u32(size).text(bytes).pad4();
        body.out.insert(body.out.end(), options.out.begin(), options.out.end());
        return block(6, body);
    }
    // An empty builder of the same byte order.
    FileBuilder same() const { return FileBuilder(big_); }

    std::unique_ptr<ByteSource> source() const { return std::make_unique<MemorySource>(out, "test"); }

    std::vector<std::uint8_t> out;

  private:
    FileBuilder& number(std::uint32_t v, unsigned size) {
        for (unsigned i = 0; i < size; ++i)
            out.push_back(static_cast<std::uint8_t>(v >> 8 * (big_ ? size - 1 - i : i)));
        return *this;
    }
    bool big_;
};

// What a source gives until its end: copies of the frames, and the error that ended it.
struct ReadAll {
    struct Kept {
        Frame frame;
        std::string bytes, comment;
    };
    std::vector<Kept> frames;
    std::string error;

    explicit ReadAll(FrameSource& source) {
        for (;;) {
            auto next = source.next();
            if (!next) error = next.error().message;
            if (!next || !*next) break;
            const Frame& f = **next;
            frames.push_back({f, std::string(proto::as_text(f.bytes)), std::string(f.comment)});
        }
        const auto after = source.next();  // an ended source stays ended
        if (!after || *after) error += " (and the source went on after its end)";
    }
};

}  // namespace layerlab::capture
