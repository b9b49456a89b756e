// zstd by libzstd.
#include <array>
#include <zstd.h>

#include "capture/codec.hpp"

namespace layerlab::capture {
namespace {

class ZstdDecoder final : public Decoder {
  public:
    ZstdDecoder() : stream_(ZSTD_createDStream()) {}
    ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }
    ZstdDecoder(const ZstdDecoder&) = delete;
    ZstdDecoder& operator=(const ZstdDecoder&) = delete;

    std::string decode(proto::Bytes& in, proto::MutableBytes& out) override {
        if (stream_ == nullptr) return "there is no memory to unpack them";
        ZSTD_inBuffer from{in.data(), in.size(), 0};
        ZSTD_outBuffer to{out.data(), out.size(), 0};
        const std::size_t left = ZSTD_decompressStream(stream_, &to, &from);
        in = in.subspan(from.pos);
        out = out.subspan(to.pos);
        if (ZSTD_isError(left)) return ZSTD_getErrorName(left);
        // Asked again without input between two frames, it says how much the next header would take.
        if (from.pos > 0 || to.pos > 0) whole_ = left == 0;
        return {};
    }
    bool is_whole() const override { return whole_; }

  private:
    ZSTD_DStream* stream_;
    bool whole_ = false;
};

class ZstdEncoder final : public Encoder {
  public:
    ZstdEncoder() : stream_(ZSTD_createCStream()) {
        if (stream_ == nullptr) return;
        ZSTD_CCtx_setParameter(stream_, ZSTD_c_compressionLevel, 1);  // a capture is written while frames come
        ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1);
    }
    ~ZstdEncoder() override { ZSTD_freeCStream(stream_); }
    ZstdEncoder(const ZstdEncoder&) = delete;
    ZstdEncoder& operator=(const ZstdEncoder&) = delete;

    void encode(proto::Bytes in, std::vector<std::uint8_t>& out) override { work(in, ZSTD_e_continue, out); }
    void end(std::vector<std::uint8_t>& out) override { work({}, ZSTD_e_end, out); }

  private:
    void work(proto::Bytes in, ZSTD_EndDirective what, std::vector<std::uint8_t>& out) {
        if (stream_ == nullptr) return;
        std::array<std::uint8_t, 16 * 1024> block;
        ZSTD_inBuffer from{in.data(), in.size(), 0};
        for (;;) {
            ZSTD_outBuffer to{block.data(), block.size(), 0};
            const std::size_t left = ZSTD_compressStream2(stream_, &to, &from, what);
            out.insert(out.end(), block.data(), block.data() + to.pos);
            if (ZSTD_isError(left) || (what == ZSTD_e_end ? left == 0 : from.pos == from.size)) return;
        }
    }

    ZSTD_CStream* stream_;
};

}  // namespace

std::unique_ptr<Decoder> zstd_decoder() { return std::make_unique<ZstdDecoder>(); }
std::unique_ptr<Encoder> zstd_encoder() { return std::make_unique<ZstdEncoder>(); }

}  // namespace layerlab::capture
