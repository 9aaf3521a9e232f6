/*
 * Says in words where a slider stands, so that nobody hears or sees its number, and hides the question about the
 * middle where it does not arise. The form works without this file.
 */
const MIDDLE = 50;

const battle = document.getElementById("battle");
const words = battle.dataset.words.split("|");
const degrees = battle.dataset.degrees.split("|");

const wordFor = (slider, scale) => {
  const share = (slider.valueAsNumber - Number(slider.min)) / (Number(slider.max) - Number(slider.min));
  return scale[Math.min(scale.length - 1, Math.floor(share * scale.length))];
};

const middleOf = (slider) => document.getElementById(slider.id.replace("score-", "middle-"));

const show = (slider) => {
  slider.setAttribute("aria-valuetext", wordFor(slider, words));
  middleOf(slider).closest("label").hidden = slider.valueAsNumber !== MIDDLE;
};

const showDegree = (slider) => slider.setAttribute("aria-valuetext", wordFor(slider, degrees));

const showAll = () => {
  document.querySelectorAll("[data-score]").forEach(show);
  document.querySelectorAll("[data-rate]").forEach(showDegree);
};

/* Whoever moves a slider and comes back to the middle means it. */
battle.addEventListener("input", ({ target }) => {
  if (target.matches("[data-score]")) {
    middleOf(target).checked = target.valueAsNumber === MIDDLE;
    show(target);
  } else if (target.matches("[data-rate]")) {
    document.getElementById(target.dataset.rate).checked = false; // What is rated applies.
    showDegree(target);
  }
});

new MutationObserver(showAll).observe(battle, { childList: true });
showAll();
