"use strict";
// The API reference, drawn by Swagger UI from our own contract; nothing comes from elsewhere.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#reference",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    showExtensions: true,
    validatorUrl: null,
  });
});
