#include "viewer/model/device_art.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace layerlab::viewer {
namespace {

constexpr int looks = static_cast<int>(DeviceLook::group) + 1;

TEST(DeviceArt, DrawsEveryKindOfDeviceInItsOwnWay) {
    for (int a = 0; a < looks; ++a)
        for (int b = a + 1; b < looks; ++b) {
            const auto x = strokes_of(static_cast<DeviceLook>(a)), y = strokes_of(static_cast<DeviceLook>(b));
            EXPECT_FALSE(std::equal(x.begin(), x.end(), y.begin(), y.end())) << a << " and " << b;
            EXPECT_STRNE(name_of(static_cast<DeviceLook>(a)), name_of(static_cast<DeviceLook>(b)));
        }
}

TEST(DeviceArt, StaysWithinItsSquare) {
    constexpr float half = 24;
    for (int a = 0; a < looks; ++a)
        for (const Stroke& s : strokes_of(static_cast<DeviceLook>(a))) {
            float reach = 0;
            switch (s.shape) {
                case Stroke::Shape::line:
                    reach = std::max({std::abs(s.a), std::abs(s.b), std::abs(s.c), std::abs(s.d)});
                    break;
                case Stroke::Shape::box:
                    reach = std::max({std::abs(s.a), std::abs(s.b), std::abs(s.a + s.c), std::abs(s.b + s.d)});
                    break;
                default:
                    reach = std::max(std::abs(s.a), std::abs(s.b)) + s.c * (s.shape == Stroke::Shape::arc ? 0.9f : 1);
            }
            EXPECT_LE(reach, half) << name_of(static_cast<DeviceLook>(a));
        }
}

}  // namespace
}  // namespace layerlab::viewer
