package dev.slipway.build;

import dev.slipway.container.UserIds;
import dev.slipway.image.FileTree;

import java.io.IOException;
import java.util.List;

/// Whom a user of an image's own files is.
final class ImageUsers {
    private ImageUsers() {}

    static UserIds resolve(FileTree files, String user) throws BuildException, IOException {
        int id = Planner.number(user);
        if (id < 0) {
            throw BuildException.of("no user " + user + " in " + files).make();
        }
        return new UserIds(id, 0, List.of(0), "/");
    }
}
