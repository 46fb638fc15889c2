#include "rl/lunar_lander.h"

#include <box2d/box2d.h>

#include <cassert>
#include <cmath>

namespace pbt::rl::lander {
namespace {

constexpr double pixels_per_metre = 30;
constexpr double steps_per_second = 50;
constexpr double window_width = 600 / pixels_per_metre;
constexpr double window_height = 400 / pixels_per_metre;
constexpr double pad_height = window_height / 4;
constexpr int chunk_count = 11;  // corner points of the terrain

// Impulses are these times an offset in metres from the lander's centre.
constexpr double main_engine_power = 13;
constexpr double side_engine_power = 0.6;
constexpr double start_force_max = 1000;

constexpr double main_engine_below = 4 / pixels_per_metre;
constexpr double side_engine_away = 12 / pixels_per_metre;
// The side engines' height is not the same along x and y in Gymnasium (17 and 14), which twists a tilted lander. It is
// kept.
constexpr double side_engine_height_x = 17 / pixels_per_metre;
constexpr double side_engine_height_y = 14 / pixels_per_metre;
constexpr double leg_away = 20 / pixels_per_metre;
constexpr double leg_down = 18 / pixels_per_metre;

constexpr std::uint16_t ground_category = 0x0001;
constexpr std::uint16_t lander_category = 0x0010;
constexpr std::uint16_t leg_category = 0x0020;

b2Vec2 vector(double x, double y) { return {static_cast<float>(x), static_cast<float>(y)}; }

void add_terrain(b2World& world, const Start& start) {
  auto heights = start.heights;
  for (std::size_t i = chunk_count / 2 - 2; i <= chunk_count / 2 + 2; ++i) heights[i] = pad_height;
  std::array<b2Vec2, chunk_count> corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const double left = heights[i == 0 ? heights.size() - 1 : i - 1];
    const double smooth = 0.33 * (left + heights[i] + heights[i + 1]);
    corners[i] = vector(window_width / (chunk_count - 1) * static_cast<double>(i), smooth);
  }

  b2BodyDef at_rest;
  b2Body& ground = *world.CreateBody(&at_rest);
  b2EdgeShape edge;
  b2FixtureDef fixture;
  fixture.shape = &edge;
  fixture.filter.categoryBits = ground_category;
  edge.SetTwoSided(vector(0, 0), vector(window_width, 0));
  ground.CreateFixture(&fixture);
  fixture.friction = 0.1F;
  for (std::size_t i = 0; i + 1 < corners.size(); ++i) {
    edge.SetTwoSided(corners[i], corners[i + 1]);
    ground.CreateFixture(&fixture);
  }
}

b2Body* add_lander(b2World& world) {
  constexpr std::array<std::array<int, 2>, 6> outline{{{-14, 17}, {-17, 0}, {-17, -10}, {17, -10}, {17, 0}, {14, 17}}};
  std::array<b2Vec2, outline.size()> corners;
  for (std::size_t i = 0; i < outline.size(); ++i)
    corners[i] = vector(outline[i][0] / pixels_per_metre, outline[i][1] / pixels_per_metre);

  b2BodyDef body;
  body.type = b2_dynamicBody;
  body.position = vector(window_width / 2, window_height);
  b2PolygonShape shape;
  shape.Set(corners.data(), static_cast<int>(corners.size()));
  b2FixtureDef fixture;
  fixture.shape = &shape;
  fixture.density = 5;
  fixture.friction = 0.1F;
  fixture.filter.categoryBits = lander_category;
  fixture.filter.maskBits = ground_category;
  b2Body* lander = world.CreateBody(&body);
  lander->CreateFixture(&fixture);
  return lander;
}

/// `side` is -1 for the first leg, +1 for the second.
b2Body* add_leg(b2World& world, b2Body* lander, int side) {
  b2BodyDef body;
  body.type = b2_dynamicBody;
  body.position = vector(window_width / 2 - side * leg_away, window_height);
  body.angle = static_cast<float>(side * 0.05);
  b2PolygonShape shape;
  shape.SetAsBox(static_cast<float>(2 / pixels_per_metre), static_cast<float>(8 / pixels_per_metre));
  b2FixtureDef fixture;
  fixture.shape = &shape;
  fixture.density = 1;
  fixture.filter.categoryBits = leg_category;
  fixture.filter.maskBits = ground_category;
  b2Body* leg = world.CreateBody(&body);
  leg->CreateFixture(&fixture);

  // A motor that is held back by a limit makes the leg a spring, too slow to throw the lander up again.
  b2RevoluteJointDef joint;
  joint.bodyA = lander;
  joint.bodyB = leg;
  joint.localAnchorB = vector(side * leg_away, leg_down);
  joint.enableMotor = true;
  joint.enableLimit = true;
  joint.maxMotorTorque = 40;
  joint.motorSpeed = static_cast<float>(0.3 * side);
  joint.lowerAngle = static_cast<float>(side < 0 ? 0.9 - 0.5 : -0.9);
  joint.upperAngle = static_cast<float>(side < 0 ? 0.9 : -0.9 + 0.5);
  world.CreateJoint(&joint);
  return leg;
}

/// Box2D 2.4 stops a joint before it passes its limit; 2.3, for which the task was made, pulls it back in the step
/// after. The legs' give on touch-down hangs on that, so a limit counts only while it is already reached.
void hold_legs_as_box2d_2_3_does(b2World& world) {
  for (b2Joint* joint = world.GetJointList(); joint != nullptr; joint = joint->GetNext()) {
    auto& leg = static_cast<b2RevoluteJoint&>(*joint);
    const float angle = leg.GetJointAngle();
    leg.EnableLimit(angle <= leg.GetLowerLimit() || angle >= leg.GetUpperLimit());
  }
}

/// What the reward is the change of: near, slow, upright, on its legs.
double shaping_of(const std::array<double, observation_size>& s) {
  return -100 * std::sqrt(s[0] * s[0] + s[1] * s[1]) - 100 * std::sqrt(s[2] * s[2] + s[3] * s[3]) -
         100 * std::abs(s[4]) + 10 * s[6] + 10 * s[7];
}

}  // namespace

struct LunarLander::Contacts final : b2ContactListener {
  const b2Body* lander = nullptr;
  std::array<const b2Body*, 2> legs{};
  bool crashed = false;
  std::array<bool, 2> leg_down{};

  static bool involves(b2Contact& contact, const b2Body* body) {
    return contact.GetFixtureA()->GetBody() == body || contact.GetFixtureB()->GetBody() == body;
  }
  void BeginContact(b2Contact* contact) override {
    if (involves(*contact, lander)) crashed = true;
    set_legs(*contact, true);
  }
  void EndContact(b2Contact* contact) override { set_legs(*contact, false); }
  void set_legs(b2Contact& contact, bool down) {
    for (std::size_t i = 0; i < legs.size(); ++i)
      if (involves(contact, legs[i])) leg_down[i] = down;
  }
};

LunarLander::LunarLander() = default;
LunarLander::~LunarLander() = default;
LunarLander::LunarLander(LunarLander&&) noexcept = default;
LunarLander& LunarLander::operator=(LunarLander&&) noexcept = default;

Observation LunarLander::reset(Random& random) {
  Start start;
  for (double& height : start.heights) height = random.uniform(0, window_height / 2);
  start.force_x = random.uniform(-start_force_max, start_force_max);
  start.force_y = random.uniform(-start_force_max, start_force_max);
  return reset(start);
}

Observation LunarLander::reset(const Start& start) {
  world_ = std::make_unique<b2World>(vector(0, -10));
  contacts_ = std::make_unique<Contacts>();
  world_->SetContactListener(contacts_.get());
  add_terrain(*world_, start);
  lander_ = add_lander(*world_);
  lander_->ApplyForceToCenter(vector(start.force_x, start.force_y), true);
  contacts_->lander = lander_;
  contacts_->legs = {add_leg(*world_, lander_, -1), add_leg(*world_, lander_, +1)};
  step(Action::nothing, Dispersion{});
  steps_done_ = 0;
  shaping_ = shaping_of(state_);
  return observe();
}

Outcome LunarLander::step(Action action, Random& random) {
  // Drawn at every step, whatever the action, as Gymnasium does: the stream does not depend on the policy.
  const double along = random.uniform(-1, 1);
  const double across = random.uniform(-1, 1);
  return step(action, Dispersion{along, across});
}

Outcome LunarLander::step(Action action, const Dispersion& dispersion) {
  assert(world_ != nullptr && "reset() begins an episode");
  if (action == Action::main_engine) fire_main_engine(dispersion);
  if (action == Action::left_engine) fire_side_engine(-1, dispersion);
  if (action == Action::right_engine) fire_side_engine(+1, dispersion);
  hold_legs_as_box2d_2_3_does(*world_);
  world_->Step(static_cast<float>(1 / steps_per_second), 6 * 30, 2 * 30);
  ++steps_done_;

  Outcome outcome;
  outcome.observation = observe();
  const double shaping = shaping_of(state_);
  outcome.reward = shaping - shaping_;
  shaping_ = shaping;
  if (action == Action::main_engine) outcome.reward -= 0.3;
  if (action == Action::left_engine || action == Action::right_engine) outcome.reward -= 0.03;
  if (contacts_->crashed || std::abs(state_[0]) >= 1) {
    outcome.terminated = true;
    outcome.reward = -100;
  }
  if (!lander_->IsAwake()) {
    outcome.terminated = true;
    outcome.reward = 100;
  }
  outcome.truncated = steps_done_ >= steps_max;
  return outcome;
}

Observation LunarLander::observe() {
  const b2Vec2 position = lander_->GetPosition();
  const b2Vec2 velocity = lander_->GetLinearVelocity();
  state_ = {(position.x - window_width / 2) / (window_width / 2),
            (position.y - (pad_height + leg_down)) / (window_height / 2),
            velocity.x * (window_width / 2) / steps_per_second,
            velocity.y * (window_height / 2) / steps_per_second,
            lander_->GetAngle(),
            20.0 * lander_->GetAngularVelocity() / steps_per_second,
            contacts_->leg_down[0] ? 1.0 : 0.0,
            contacts_->leg_down[1] ? 1.0 : 0.0};
  Observation observation;
  for (std::size_t i = 0; i < observation.size(); ++i) observation[i] = static_cast<float>(state_[i]);
  return observation;
}

void LunarLander::fire_main_engine(const Dispersion& dispersion) {
  const double angle = lander_->GetAngle();
  const double sine = std::sin(angle);
  const double cosine = std::cos(angle);
  const double along = main_engine_below + 2 * dispersion.along / pixels_per_metre;
  const double across = dispersion.across / pixels_per_metre;
  const double x = sine * along - cosine * across;
  const double y = -cosine * along - sine * across;
  const b2Vec2 centre = lander_->GetPosition();
  lander_->ApplyLinearImpulse(vector(-x * main_engine_power, -y * main_engine_power),
                              vector(centre.x + x, centre.y + y), true);
}

void LunarLander::fire_side_engine(int direction, const Dispersion& dispersion) {
  const double angle = lander_->GetAngle();
  const double sine = std::sin(angle);
  const double cosine = std::cos(angle);
  const double along = dispersion.along / pixels_per_metre;
  const double across = 3 * dispersion.across / pixels_per_metre + direction * side_engine_away;
  const double x = sine * along - cosine * across;
  const double y = -cosine * along - sine * across;
  const b2Vec2 centre = lander_->GetPosition();
  lander_->ApplyLinearImpulse(
      vector(-x * side_engine_power, -y * side_engine_power),
      vector(centre.x + x - sine * side_engine_height_x, centre.y + y + cosine * side_engine_height_y), true);
}

Action heuristic_action(const Observation& s) {
  // Lean towards the pad; fall the faster the higher, and hover the higher the farther from the pad.
  const double angle_wanted = std::fmin(std::fmax(0.5 * s[0] + s[2], -0.4), 0.4);
  const bool on_a_leg = s[6] > 0 || s[7] > 0;
  const double turn = on_a_leg ? 0 : 0.5 * (angle_wanted - s[4]) - s[5];
  const double lift = on_a_leg ? -0.5 * s[3] : 0.5 * (0.55 * std::abs(s[0]) - s[1]) - 0.5 * s[3];
  if (lift > std::abs(turn) && lift > 0.05) return Action::main_engine;
  if (turn < -0.05) return Action::right_engine;
  if (turn > 0.05) return Action::left_engine;
  return Action::nothing;
}

}  // namespace pbt::rl::lander
