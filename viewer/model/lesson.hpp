// Questions of a lesson: which answer is right, and in which order they are offered.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "viewer/model/feed.hpp"

namespace layerlab::viewer {

// The answer that stands first below a question is the right one; a single answer is only to be shown.
bool is_right(const LessonItem& question, const std::string& answer);

// Mixed, so that the first place tells nothing; the same in every run.
std::vector<std::size_t> order_of_answers(const LessonItem& question);

}  // namespace layerlab::viewer
