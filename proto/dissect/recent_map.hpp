// A hash map of bounded size that forgets what was used longest ago. Nothing iterates over it.
#pragma once

#include <list>
#include <unordered_map>
#include <utility>

namespace layerlab::proto::dissect {

template <class Key, class Value, class Hash>
class RecentMap {
  public:
    explicit RecentMap(std::size_t most) : most_(most) {}

    // Counts as a use. nullptr when it is not there.
    Value* find(const Key& key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        if (found->second != entries_.begin()) entries_.splice(entries_.begin(), entries_, found->second);
        return &found->second->second;
    }
    // Does not count as a use, so that several threads may look at once. nullptr when it is not there.
    const Value* peek(const Key& key) const {
        const auto found = index_.find(key);
        return found == index_.end() ? nullptr : &found->second->second;
    }
    // Replaces what was there; may forget another one.
    Value& put(const Key& key, Value value) {
        erase(key);
        if (entries_.size() >= most_) {
            index_.erase(entries_.back().first);
            entries_.pop_back();
        }
        entries_.emplace_front(key, std::move(value));
        index_[key] = entries_.begin();
        return entries_.front().second;
    }
    void erase(const Key& key) {
        const auto found = index_.find(key);
        if (found == index_.end()) return;
        entries_.erase(found->second);
        index_.erase(found);
    }
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }

  private:
    std::size_t most_;
    std::list<std::pair<Key, Value>> entries_;  // used last first
    std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator, Hash> index_;
};

}  // namespace layerlab::proto::dissect
