// Relative, so that the page works behind a path prefix. The key stays in this tab.
SwaggerUIBundle({
  dom_id: "#page",
  url: "api/v1/openapi.json",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
