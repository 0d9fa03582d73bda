// Asks before something is taken away.
document.querySelectorAll("form[data-sure]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.sure)) event.preventDefault();
  });
});
