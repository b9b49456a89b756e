// gzip by zlib.
#include <algorithm>
#include <array>
#include <limits>
#include <zlib.h>

#include "capture/codec.hpp"

namespace layerlab::capture {
namespace {

constexpr int with_gzip_header = MAX_WBITS + 16;

uInt within(std::size_t n) { return static_cast<uInt>(std::min<std::size_t>(n, std::numeric_limits<uInt>::max())); }

class GzipDecoder final : public Decoder {
  public:
    GzipDecoder() { ready_ = inflateInit2(&stream_, with_gzip_header) == Z_OK; }
    ~GzipDecoder() override { inflateEnd(&stream_); }
    GzipDecoder(const GzipDecoder&) = delete;
    GzipDecoder& operator=(const GzipDecoder&) = delete;

    std::string decode(proto::Bytes& in, proto::MutableBytes& out) override {
        if (!ready_) return "there is no memory to unpack them";
        if (at_ != At::inside && !begin_member(in)) return at_ == At::stray ? "no gzip data follow" : "";
        stream_.next_in = const_cast<Bytef*>(in.data());  // zlib does not write there
        stream_.avail_in = within(in.size());
        stream_.next_out = out.data();
        stream_.avail_out = within(out.size());
        const int result = inflate(&stream_, Z_NO_FLUSH);
        in = in.subspan(static_cast<std::size_t>(stream_.next_in - in.data()));
        out = out.subspan(static_cast<std::size_t>(stream_.next_out - out.data()));
        if (result == Z_STREAM_END) at_ = At::between;
        if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return {};
        return stream_.msg != nullptr ? stream_.msg : "they are damaged";
    }
    bool is_whole() const override { return at_ == At::between; }

  private:
    enum class At { inside, between, stray };

    // Tapes and some tools fill up with zeros behind the last member.
    bool begin_member(proto::Bytes& in) {
        while (!in.empty() && in[0] == 0) {
            in = in.subspan(1);
            padded_ = true;
        }
        if (in.empty()) return false;
        if (in[0] != 0x1f || padded_ || at_ == At::stray) {
            at_ = At::stray;
            return false;
        }
        inflateReset(&stream_);
        at_ = At::inside;
        return true;
    }

    z_stream stream_{};
    bool ready_ = false, padded_ = false;
    At at_ = At::inside;
};

class GzipEncoder final : public Encoder {
  public:
    // Level 1: a capture is written while frames come.
    GzipEncoder() { deflateInit2(&stream_, 1, Z_DEFLATED, with_gzip_header, 8, Z_DEFAULT_STRATEGY); }
    ~GzipEncoder() override { deflateEnd(&stream_); }
    GzipEncoder(const GzipEncoder&) = delete;
    GzipEncoder& operator=(const GzipEncoder&) = delete;

    void encode(proto::Bytes in, std::vector<std::uint8_t>& out) override {
        while (!in.empty()) {
            const uInt piece = within(in.size());
            stream_.next_in = const_cast<Bytef*>(in.data());
            stream_.avail_in = piece;
            work(Z_NO_FLUSH, out);
            in = in.subspan(piece);
        }
    }
    void end(std::vector<std::uint8_t>& out) override {
        work(Z_FINISH, out);
        deflateReset(&stream_);
    }

  private:
    void work(int flush, std::vector<std::uint8_t>& out) {
        std::array<std::uint8_t, 16 * 1024> block;
        do {
            stream_.next_out = block.data();
            stream_.avail_out = block.size();
            if (deflate(&stream_, flush) == Z_STREAM_ERROR) return;
            out.insert(out.end(), block.data(), static_cast<std::uint8_t*>(stream_.next_out));
        } while (stream_.avail_out == 0);
    }

    z_stream stream_{};
};

}  // namespace

std::unique_ptr<Decoder> gzip_decoder() { return std::make_unique<GzipDecoder>(); }
std::unique_ptr<Encoder> gzip_encoder() { return std::make_unique<GzipEncoder>(); }

}  // namespace layerlab::capture
