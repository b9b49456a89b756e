// The items of one layer of a dissected frame, for those who read them: summaries, columns, tests.
#pragma once

#include <algorithm>

#include "proto/dissect/dissection.hpp"
#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

class LayerView {
  public:
    LayerView(const Dissection& dissection, std::size_t index) : dissection_(dissection), index_(index) {}

    const Dissection& dissection() const { return dissection_; }
    const Layer& layer() const { return dissection_.layers[index_]; }
    // What the layer stands for, all that it carries included; `frame` is what was dissected.
    Bytes bytes(Bytes frame) const {
        const Bytes source = dissection_.source(layer().source, frame);
        const std::size_t first = std::min<std::size_t>(layer().offset, source.size());
        return source.subspan(first, std::min<std::size_t>(layer().size, source.size() - first));
    }
    std::span<const Item> items() const {
        const std::size_t first = layer().first_item;
        const std::size_t end = index_ + 1 < dissection_.layers.size() ? dissection_.layers[index_ + 1].first_item
                                                                       : dissection_.items.size();
        return {dissection_.items.data() + first, end - first};
    }
    // The first occurrence of a field in this layer; nullptr when it has none.
    const Item* find(const FieldInfo& field) const {
        for (const Item& item : items())
            if (item.field == &field) return &item;
        return nullptr;
    }
    template <class T>
    const Item* find(const Field<T>& field) const {
        return find(field.info);
    }
    template <class T>
    std::uint64_t number(const Field<T>& field, std::uint64_t otherwise = 0) const {
        const Item* item = find(field.info);
        return item ? item->number : otherwise;
    }
    template <class T>
    std::string_view text(const Field<T>& field) const {
        const Item* item = find(field.info);
        return item ? as_text(item->bytes) : std::string_view{};
    }

  private:
    const Dissection& dissection_;
    std::size_t index_;
};

}  // namespace layerlab::proto::dissect
