#include "pipeline/tables.h"

namespace esplanade::pipeline {

void continue_from(Tables& after, Tables& before) noexcept {
  for (const auto& pair : after.outbound_successions) {
    after.sad.outbound(pair.after).continue_from(before.sad.outbound(pair.before));
  }
  for (const auto& pair : after.inbound_successions) {
    after.sad.inbound(pair.after).continue_from(before.sad.inbound(pair.before));
  }
  after.sad.take_over(before.sad);
  after.spd.take_over(before.spd);
  after.children = std::exchange(before.children, {});
}

}  // namespace esplanade::pipeline
