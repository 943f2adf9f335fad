// Two players by turns: five steps of the critic, then one of the generator. Prints how the drawn points come to lie as the
// data's do: `node train.mjs [steps] [seed]`.
import { generator } from '../generator.mjs'
import { critic_loss, gen_loss, init, points } from './wgan.js'

const [steps = 600, seed = 1] = process.argv.slice(2).map(Number)
const [rows, measured, criticSteps] = [64, 1000, 5]
const model = init({ seed })
const random = generator(seed)

show('data', ring(measured))
for (let step = 0; ; step++) {
  if (step % 100 === 0) show(`step ${step}`, points(model, { z: noise(measured) }).data)
  if (step === steps) break
  for (let turn = 0; turn < criticSteps; turn++) {
    critic_loss.step(model, { data: ring(rows), z: noise(rows) })
  }
  gen_loss.step(model, { z: noise(rows) })
}

/** Points near a circle of radius 1 around (2, -1), one after the other. */
function ring(count) {
  const data = new Float32Array(2 * count)
  for (let i = 0; i < data.length; i += 2) {
    const [angle, radius] = [2 * Math.PI * random(), 1 + 0.05 * normal()]
    data[i] = 2 + radius * Math.cos(angle)
    data[i + 1] = -1 + radius * Math.sin(angle)
  }
  return data
}

function noise(count) {
  return Float32Array.from({ length: 4 * count }, normal)
}

/** Box and Muller. */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Means, deviations, and the mean distance from the middle of the ring. */
function show(name, data) {
  const count = data.length / 2
  const [xs, ys] = [0, 1].map((offset) => data.filter((_, i) => i % 2 === offset))
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / count
  const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
  const distances = xs.map((x, i) => Math.hypot(x - 2, ys[i] + 1))
  const numbers = [mean(xs), mean(ys), deviation(xs), deviation(ys), mean(distances)]
  const [mx, my, dx, dy, radius] = numbers.map((value) => value.toFixed(3))
  console.log(`${name}: mean (${mx}, ${my}), deviation (${dx}, ${dy}), radius ${radius}`)
}
