// Colours that a user gives to frames: the first rule whose display filter matches says the colour, in the list, on the
// canvas and in the sequence diagram. A frame that no rule matches has its protocol's colour.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dissect/filter.hpp"
#include "viewer/model/palette.hpp"

namespace layerlab::viewer {

class ColourRules {
  public:
    // A rule with a wrong or an empty filter is kept, and matches nothing.
    void set(const std::vector<ColourRule>& rules);
    bool empty() const { return filters_.empty(); }
    // Why a rule matches nothing; empty where it is right.
    const std::string& error(std::size_t rule) const { return errors_[rule]; }
    std::optional<Colour> colour_of(const proto::dissect::Dissection& dissection, proto::Bytes frame) const;

  private:
    std::vector<std::optional<proto::dissect::Filter>> filters_;
    std::vector<Colour> colours_;
    std::vector<std::string> errors_;
};

// "#D55E00"; nothing for what is no colour.
std::string colour_text(Colour colour);
std::optional<Colour> parse_colour(std::string_view text);

}  // namespace layerlab::viewer
