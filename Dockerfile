# reslim's own image: Node and reslim, no shell, no package manager, not root. docs/container.md shows its use.
#   docker build -t reslim .
# BASE builds and has Node in /usr/local, RUNTIME has what Node links to. Both are Debian 12.
ARG BASE=docker.io/library/node:24.9.0-bookworm-slim
ARG RUNTIME=gcr.io/distroless/cc-debian12:nonroot

FROM ${BASE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# Scripts of packages compile what is optional, and take minutes for it.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# /work and the home folder are for any user: `docker run --user` names one.
RUN mkdir -p /out/opt/reslim /out/work /out/home/reslim \
  && chmod 1777 /out/work /out/home/reslim \
  && cp -r bin dist profiles node_modules package.json LICENSE /out/opt/reslim/

FROM ${RUNTIME}
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /out /
ENV PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/reslim NODE_ENV=production
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/node", "/opt/reslim/bin/reslim.js"]
CMD ["--help"]
