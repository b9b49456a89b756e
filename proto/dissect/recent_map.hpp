// A hash map of bounded size that forgets what was used longest ago. Nothing iterates over it.
#pragma once

#include <unordered_map>
#include <utility>

namespace layerlab::proto::dissect {

template <class Key, class Value, class Hash>
class RecentMap {
  public:
    explicit RecentMap(std::size_t most) : most_(most) {}
    RecentMap(const RecentMap&) = delete;
    RecentMap& operator=(const RecentMap&) = delete;

    // Counts as a use. nullptr when it is not there.
    Value* find(const Key& key) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return nullptr;
        Entry& entry = found->second;
        if (&entry != newest_) {
            unlink(entry);
            link(entry);
        }
        return &entry.value;
    }
    // Does not count as a use, so that several threads may look at once. nullptr when it is not there.
    const Value* peek(const Key& key) const {
        const auto found = entries_.find(key);
        return found == entries_.end() ? nullptr : &found->second.value;
    }
    // Replaces what was there; may forget another one.
    Value& put(const Key& key, Value value) {
        erase(key);
        if (entries_.size() >= most_) erase(Key(*oldest_->key));
        const auto at = entries_.try_emplace(key, Entry{std::move(value)}).first;
        at->second.key = &at->first;
        link(at->second);
        return at->second.value;
    }
    void erase(const Key& key) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return;
        unlink(found->second);
        entries_.erase(found);
    }
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }

  private:
    // In a list by use; the map's nodes stay where they are.
    struct Entry {
        Value value;
        const Key* key = nullptr;
        Entry *newer = nullptr, *older = nullptr;
    };
    void link(Entry& entry) {
        entry.newer = nullptr;
        entry.older = newest_;
        (newest_ ? newest_->newer : oldest_) = &entry;
        newest_ = &entry;
    }
    void unlink(Entry& entry) {
        (entry.newer ? entry.newer->older : newest_) = entry.older;
        (entry.older ? entry.older->newer : oldest_) = entry.newer;
    }

    std::size_t most_;
    std::unordered_map<Key, Entry, Hash> entries_;
    Entry *newest_ = nullptr, *oldest_ = nullptr;
};

}  // namespace layerlab::proto::dissect
