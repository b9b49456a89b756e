#include "viewer/model/lesson.hpp"

#include <algorithm>
#include <numeric>

namespace layerlab::viewer {

bool is_right(const LessonItem& question, const std::string& answer) {
    return !question.answers.empty() && question.answers.front() == answer;
}

std::vector<std::size_t> order_of_answers(const LessonItem& question) {
    const auto hash = [&](std::size_t i) {
        std::uint64_t h = 0xcbf2'9ce4'8422'2325u;
        for (const char c : question.answers[i] + question.text)
            h = (h ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3u;
        return h;
    };
    std::vector<std::size_t> order(question.answers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return hash(a) < hash(b); });
    return order;
}

}  // namespace layerlab::viewer
