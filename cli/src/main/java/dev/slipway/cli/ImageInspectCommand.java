package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Template;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.ImageException;
import dev.slipway.image.ImageInspection;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `slipway image inspect`: all there is to know of images.
final class ImageInspectCommand implements Command {
    private static final Option FORMAT =
            Option.value(
                    "format", 'f', "FORMAT", "\"json\" or a Go template, such as {{.Config.Env}}");
    private static final Option TYPE =
            Option.value("type", "TYPE", "Accepted for docker's sake").choices("image");
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Of an image with several, this one");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image inspect", "Show all there is to know of images")
                .usage("[OPTIONS] IMAGE [IMAGE...]")
                .aliases("inspect")
                .arguments(1, -1, Option.Offer.IMAGES)
                .options("Options", FORMAT, TYPE, PLATFORM)
                .example("Its environment", "slipway inspect -f '{{json .Config.Env}}' app")
                .example(
                        "A label", "slipway inspect -f '{{index .Config.Labels \"version\"}}' app");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        ImageCatalog catalog = new ImageCatalog(session.store());
        String format = line.text(FORMAT, "");
        Template template = format.isEmpty() || format.equals("json") ? null : Template.of(format);
        String wanted = line.text(PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        List<Map<String, Object>> found = new ArrayList<>();
        int code = Main.OK;
        for (String name : line.arguments()) {
            try {
                found.add(facts(catalog, name, platform));
            } catch (ImageNotFoundException missing) {
                session.out().flush();
                code = new ErrorPrinter(session).print(missing);
            }
        }
        if (template == null) {
            String text =
                    format.equals("json") ? JsonText.compact(found) : JsonText.indented(found);
            session.out().println(text);
            return code;
        }
        for (Map<String, Object> image : found) {
            template.print(image, session.out());
        }
        return code;
    }

    private static Map<String, Object> facts(
            ImageCatalog catalog, String name, @Nullable Platform platform) throws ImageException {
        JsonWriter json = JsonWriter.compact();
        ImageInspection.write(catalog, catalog.find(name, platform), json);
        return JsonFacts.object(Json.parseObject(json.toBytes()));
    }
}
