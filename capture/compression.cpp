#include "capture/compression.hpp"

#include <fmt/format.h>
#include <optional>

#include "capture/codec.hpp"

namespace layerlab::capture {
namespace {

constexpr std::size_t block_size = 64 * 1024;

bool ends(std::string_view text, std::string_view ending) {
    return text.size() > ending.size() && text.substr(text.size() - ending.size()) == ending;
}

class DecompressedSource final : public ByteSource {
  public:
    DecompressedSource(std::unique_ptr<ByteSource> source, std::unique_ptr<Decoder> decoder, const char* what)
        : source_(std::move(source)), decoder_(std::move(decoder)), what_(what), block_(block_size) {}

    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        while (!error_ && !into.empty()) {
            proto::MutableBytes room = into;
            const std::size_t before = in_.size();
            if (std::string wrong = decoder_->decode(in_, room); !wrong.empty()) fail(std::move(wrong));
            taken_ += before - in_.size();
            if (room.size() < into.size()) return into.size() - room.size();
            if (error_ || before > in_.size()) continue;
            if (!in_.empty())
                fail("the data go on where they cannot");
            else if (!refill())
                return std::size_t{0};
        }
        if (error_) return tl::unexpected(*error_);
        return std::size_t{0};
    }
    const std::string& name() const override { return source_->name(); }

  private:
    // False at the end of what is whole.
    bool refill() {
        auto got = source_->read(block_);
        if (!got)
            error_ = std::move(got.error());
        else if (*got > 0)
            in_ = proto::Bytes(block_).first(*got);
        else if (decoder_->is_whole())
            return false;
        else
            fail("the data end in the middle; the file was cut off");
        return true;
    }
    void fail(std::string wrong) {
        error_ = proto::Error{fmt::format("{}: byte {} of the {} data: {}", name(), taken_, what_, wrong), {}};
    }

    std::unique_ptr<ByteSource> source_;
    std::unique_ptr<Decoder> decoder_;
    const char* what_;
    std::vector<std::uint8_t> block_;
    proto::Bytes in_;  // what is left of the block
    std::uint64_t taken_ = 0;
    std::optional<proto::Error> error_;  // said when everything before it has been given
};

class CompressedSink final : public ByteSink {
  public:
    CompressedSink(std::unique_ptr<ByteSink> out, std::unique_ptr<Encoder> encoder)
        : out_(std::move(out)), encoder_(std::move(encoder)) {}
    // An error is lost here, as with any sink that is not flushed.
    ~CompressedSink() override { (void)flush(); }

    proto::Result<void> append(proto::Bytes record) override { return append({}, record); }
    proto::Result<void> append(proto::Bytes head, proto::Bytes body) override {
        if (!head.empty()) encoder_->encode(head, packed_);
        encoder_->encode(body, packed_);
        is_open_ = true;
        return packed_.size() < block_size ? proto::Result<void>{} : hand_on();
    }
    proto::Result<void> flush() override {
        if (is_open_) encoder_->end(packed_);
        is_open_ = false;
        if (auto done = hand_on(); !done) return done;
        return out_->flush();
    }

  private:
    proto::Result<void> hand_on() {
        if (packed_.empty()) return {};
        auto done = out_->append(packed_);
        packed_.clear();
        return done;
    }

    std::unique_ptr<ByteSink> out_;
    std::unique_ptr<Encoder> encoder_;
    std::vector<std::uint8_t> packed_;
    bool is_open_ = false;
};

}  // namespace

Compression compression_of(proto::Bytes first_bytes) {
    if (first_bytes.size() >= 2 && proto::load_be16(first_bytes.data()) == 0x1f8b) return Compression::gzip;
    if (first_bytes.size() < 4) return Compression::none;
    const std::uint32_t magic = proto::load_be32(first_bytes.data());
    // A zstd file may begin with a skippable frame (pzstd writes one): 50 to 5f, 2a 4d 18.
    const bool zstd = magic == 0x28b5'2ffd || (magic & 0xf0ff'ffff) == 0x502a'4d18;
    return zstd ? Compression::zstd : Compression::none;
}

Compression compression_named(std::string_view path) {
    if (ends(path, ".gz")) return Compression::gzip;
    return ends(path, ".zst") ? Compression::zstd : Compression::none;
}

std::string_view without_compression(std::string_view path) {
    const Compression how = compression_named(path);
    path.remove_suffix(how == Compression::gzip ? 3 : how == Compression::zstd ? 4 : 0);
    return path;
}

std::unique_ptr<ByteSource> decompressed(Compression how, std::unique_ptr<ByteSource> source) {
    if (how == Compression::none) return source;
    const bool gzip = how == Compression::gzip;
    return std::make_unique<DecompressedSource>(std::move(source), gzip ? gzip_decoder() : zstd_decoder(),
                                                gzip ? "gzip" : "zstd");
}

std::unique_ptr<ByteSink> compressed(Compression how, std::unique_ptr<ByteSink> sink) {
    if (how == Compression::none) return sink;
    return std::make_unique<CompressedSink>(std::move(sink),
                                            how == Compression::gzip ? gzip_encoder() : zstd_encoder());
}

}  // namespace layerlab::capture
