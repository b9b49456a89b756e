// Chosen fields of each frame as columns of text, one line a frame: for scripts and spreadsheets.
#pragma once

#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/dissect/dissection.hpp"
#include "proto/dissect/wanted.hpp"

namespace layerlab::proto::dissect {

class FieldColumns {
  public:
    // By the names that display filters use; a name that there is not is an error that knows a similar one.
    static Result<FieldColumns> parse(const std::vector<std::string>& names);

    void add_to(Wanted& wanted) const;
    // The values as `tshark -T fields` prints them: a tab between columns, commas between the occurrences of a field,
    // flags and identifiers in hexadecimal, control characters escaped; of a protocol its title. With its line end.
    void append_line(std::string& out, const Dissection& dissection) const;

  private:
    std::vector<std::vector<const FieldInfo*>> columns_;
};

}  // namespace layerlab::proto::dissect
