#include "proto/base/packet.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace layerlab::proto {

using detail::PacketBuffer;

namespace {
// Buffers of one slab stand an odd number of cache lines apart, so that their headers do not share one cache set.
constexpr std::size_t line = 64;
std::size_t stride_of(std::uint32_t capacity) {
    const std::size_t lines = (sizeof(PacketBuffer) + capacity + line - 1) / line;
    return (lines | 1) * line;
}
}  // namespace

std::uint32_t PacketPool::class_for(std::uint32_t n) {
    std::uint32_t c = 0;
    while (c + 1 < classes && n > capacity[c]) ++c;
    assert(n <= capacity[c]);
    return c;
}

void PacketPool::grow(std::uint32_t size_class) {
    const std::size_t stride = stride_of(capacity[size_class]);
    const std::size_t count = std::max<std::size_t>(1, 65536 / stride);
    const std::size_t size = line + count * stride;
    auto* slab = static_cast<std::uint8_t*>(std::aligned_alloc(line, size));
    if (!slab) std::abort();  // out of memory: nothing sensible is left to do
    bytes_reserved_ += size;
    // The first line of a slab chains the slabs.
    auto* head = new (slab) PacketBuffer{};
    head->next_free = slabs_;
    slabs_ = head;
    for (std::size_t i = count; i-- > 0;) {
        auto* b = new (slab + line + i * stride) PacketBuffer{};
        b->pool = this;
        b->size_class = size_class;
        give_back(b);
    }
}

PacketBuffer* PacketPool::take(std::uint32_t size_class) {
    if (!free_[size_class]) grow(size_class);
    PacketBuffer* b = free_[size_class];
    free_[size_class] = b->next_free;
    b->references = 1;
    b->id = b->cause = no_packet;
    return b;
}

PacketRef PacketPool::make(std::uint32_t size) {
    PacketBuffer* b = take(class_for(PacketRef::headroom + size));
    b->begin = PacketRef::headroom;
    b->end = PacketRef::headroom + size;
    return PacketRef(b);
}

PacketRef PacketPool::make(Bytes bytes) {
    PacketRef p = make(static_cast<std::uint32_t>(bytes.size()));
    if (!bytes.empty()) std::memcpy(p.writable(), bytes.data(), bytes.size());
    return p;
}

PacketPool::~PacketPool() {
    for (PacketBuffer* slab = slabs_; slab;) {
        PacketBuffer* next = slab->next_free;
        std::free(slab);
        slab = next;
    }
}

void PacketRef::copy_to(std::uint32_t size_class, std::uint32_t begin) {
    PacketBuffer* b = buffer_->pool->take(size_class);
    const std::uint32_t n = size();
    begin = std::min(begin, PacketPool::capacity[size_class] - n);
    b->begin = begin;
    b->end = begin + n;
    b->id = buffer_->id;
    b->cause = buffer_->cause;
    std::memcpy(b->room() + begin, data(), n);
    *this = PacketRef(b);
}

void PacketRef::make_headroom(std::uint32_t n) {
    const std::uint32_t begin = headroom + n;
    copy_to(PacketPool::class_for(begin + size()), begin);
}

std::uint8_t* PacketRef::append(std::uint32_t n) {
    if (buffer_->end + n > PacketPool::capacity[buffer_->size_class]) [[unlikely]]
        copy_to(PacketPool::class_for(buffer_->begin + size() + n), buffer_->begin);
    std::uint8_t* p = buffer_->room() + buffer_->end;
    buffer_->end += n;
    return p;
}

}  // namespace layerlab::proto
